#!/usr/bin/env python3
"""Writes the exported models of this folder, and what timm says with them.

  pip install torch timm safetensors pillow && make.py REFERENCE.PY

REFERENCE.PY is the parity records' own script: it fills weights from the tensors' names. timm's save_for_hf writes each
config.json; the weights are left out, since a test generates the same. timm then loads each folder as
local-dir:FOLDER, and expected.json holds its answers.
"""
import importlib.util, json, pathlib, shutil, sys, tempfile, warnings

warnings.filterwarnings("ignore")
import numpy as np, timm, torch
from PIL import Image
from timm.data import create_transform, resolve_model_data_config
from timm.models._hub import save_for_hf

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("reference", sys.argv[1])
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)

# The powers of two of the batch norms' running statistics, in the sorted order of their names: the parity record's.
EXPONENTS = [0, -1, -1, 2, -1, 3, -2, 2, 1, 0, -1, 1, 1, 0, 2]
FLOWERS = ["aster", "bellis", "calla", "dahlia", "erica", "freesia", "gentiana"]


def picture(width, height, seed):
    """The picture that TinyPNG.encode of the tests writes."""
    state = (seed * 2654435761 + 1) & 0xFFFFFFFF
    values = []
    for _ in range(width * height * 3):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values.append(state >> 24)
    return Image.fromarray(np.array(values, np.uint8).reshape(height, width, 3))


def fill(model):
    norms = sorted(n.removesuffix(".running_var") for n in model.state_dict() if n.endswith(".running_var"))
    reference.fill(model, dict(zip(norms, EXPONENTS)))


def export(name, architecture, channels, size=None, other=None, **options):
    """Exports a filled model of 7 classes; returns it as timm loads it again, and at another size."""
    model = timm.create_model(architecture, num_classes=7, in_chans=channels, img_size=size).eval()
    fill(model)
    with tempfile.TemporaryDirectory() as folder:
        save_for_hf(model, folder, safe_serialization=True, **options)
        (HERE / name).mkdir(exist_ok=True)
        shutil.copy(f"{folder}/config.json", HERE / name / "config.json")
        return [timm.create_model(f"local-dir:{folder}", pretrained=True, img_size=s).eval() for s in (size, other)]


def numbers(channels, height, width):
    shape = (1, channels, height, width)
    return torch.from_numpy((reference.uniform("input", int(np.prod(shape))) * np.float32(2) - np.float32(1)).reshape(shape))


def sample(tensor):
    flat = tensor.double().flatten()
    places = np.linspace(0, flat.numel() - 1, min(64, flat.numel())).astype(int)
    return dict(shape=list(tensor.shape), l2=float(flat.norm()), values=[float(np.float32(flat[i])) for i in places])


@torch.no_grad()
def main():
    flowers, _ = export(
        "flowers", "test_resnet", 3,
        model_config=dict(label_names=FLOWERS, label_descriptions={n: f"the genus {n.title()}" for n in FLOWERS}),
        data_config=dict(
            input_size=(3, 96, 96), crop_pct=0.9, mean=(0.4, 0.45, 0.5), std=(0.2, 0.25, 0.3), interpolation="bicubic"))
    transform = create_transform(**resolve_model_data_config(flowers), is_training=False)
    pictures = torch.stack([transform(picture(40, 36, seed)) for seed in (1, 2)])
    # Smaller than the architecture's own size: the positions are the export's.
    bands, larger = export("bands", "test_vit", 4, 96, 160, model_config=dict(label_names={0: "water", 2: "soil", 6: "forest"}))
    plain = timm.create_model("test_resnet").eval()
    fill(plain)
    expected = dict(
        exponents=EXPONENTS,
        flowers=[dict(seed=s, prob=p.tolist()) for s, p in zip((1, 2), flowers(pictures).softmax(-1))],
        bands={s: m(numbers(4, s, s))[0].tolist() for s, m in ((96, bands), (160, larger))},
        features=dict(
            resnet=sample(plain.forward_features(numbers(3, 128, 128))),
            bands=sample(bands.forward_features(numbers(4, 96, 96)))))
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


main()
