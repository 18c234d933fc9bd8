"""Writes the checkpoints of this folder and expected.json: python make.py

Each file is written by the real library; README.txt names the versions. expected.json holds, for each file that is to
be read, its format, its metadata and each tensor's type, shape and values (row-major).
"""
import argparse
import collections
import io
import json
import pathlib
import warnings
import zipfile

import numpy
import safetensors
import safetensors.torch
import torch

warnings.simplefilter("ignore")
FOLDER = pathlib.Path(__file__).parent
EXPECTED = {}
NAMES = {torch.float64: "float64", torch.float32: "float32", torch.float16: "float16", torch.bfloat16: "bfloat16",
         torch.int64: "int64", torch.int32: "int32", torch.int16: "int16", torch.int8: "int8", torch.uint8: "uint8",
         torch.bool: "bool", torch.uint16: "uint16", torch.uint32: "uint32", torch.uint64: "uint64"}


def expect(file, form, tensors, metadata=None):
    EXPECTED[file] = {"format": form, "metadata": metadata or {}, "tensors": {
        name: {"dtype": NAMES[t.dtype], "shape": list(t.shape),
               "values": [float(v) for v in t.detach().contiguous().flatten().tolist()]}
        for name, t in tensors.items()}}


def save(file, tensors, *, wrap=lambda t: t, legacy=False, metadata=None, protocol=2, names=lambda n: n):
    torch.save(wrap({names(n): t for n, t in tensors.items()}), FOLDER / file,
               _use_new_zipfile_serialization=not legacy, pickle_protocol=protocol)
    expect(file, "pytorchLegacy" if legacy else "pytorchZip", tensors, metadata)


def typed(dtypes):
    ramp = torch.tensor([0, 1, 2, 3, 100, 5])
    return {f"{NAMES[d]}.weight": (ramp.to(d) if not d.is_floating_point else (ramp.to(torch.float64) - 2.5).to(d) / 4)
            .reshape(2, 3) for d in dtypes}


ALL = list(NAMES)
OLD = [d for d in ALL if d not in (torch.uint16, torch.uint32, torch.uint64)]

# Every type, each format.
tensors = typed(ALL)
safetensors.torch.save_file(tensors, FOLDER / "types.safetensors", metadata={"format": "pt", "note": "a \"quoted\" \u00e9"})
expect("types.safetensors", "safetensors", tensors, {"format": "pt", "note": "a \"quoted\" \u00e9"})
save("types.zip.pth", tensors)
save("types.legacy.pth", typed(OLD), legacy=True)

# Views of one storage: transposed, sliced with a step, one column, expanded, permuted, a scalar, an empty one.
base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
picture = torch.arange(2 * 3 * 2 * 4, dtype=torch.int16).reshape(2, 3, 2, 4)
views = {"base": base, "transposed": base.t(), "stepped": base[1::2, ::3], "column": base[:, 2], "row": base[2],
         "expanded": base[:1, 1].expand(3, 1), "scalar": base[3, 3], "empty": base[:0],
         "channels_last": picture.contiguous(memory_format=torch.channels_last), "permuted": picture.permute(3, 1, 0, 2)}
for legacy in (False, True):
    save("views.legacy.pth" if legacy else "views.zip.pth", views, legacy=legacy)

# The pickle protocols that torch.save takes.
for protocol in (3, 4, 5):
    save(f"protocol{protocol}.zip.pth", typed([torch.float32]), protocol=protocol)
save("protocol4.legacy.pth", typed([torch.float32]), legacy=True, protocol=4)

# A module's own state dict (OrderedDict with _metadata) with live parameters, and an odd file name.
torch.manual_seed(3)
module = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.BatchNorm2d(2))
state = module.state_dict(keep_vars=True)
for legacy in (False, True):
    file = "module.legacy.pth" if legacy else "module.zip.pth"
    torch.save(state, FOLDER / file, _use_new_zipfile_serialization=not legacy)
    expect(file, "pytorchLegacy" if legacy else "pytorchZip", state)

# Tensors and parameters with attributes of their own.
noted = {"tensor": torch.arange(3.0), "parameter": torch.nn.Parameter(torch.arange(2.0))}
noted["tensor"].note = noted["parameter"].note = "kept by pickle"
save("attributes.zip.pth", noted)
save("attributes.legacy.pth", noted, legacy=True)

# Training checkpoints, wrapped as timm's and others' scripts do it.
good, other = {"fc.weight": torch.ones(2, 2)}, {"fc.weight": torch.zeros(2, 2)}
optimizer = torch.optim.AdamW(module.parameters())
module(torch.ones(1, 3, 2, 2)).sum().backward()
optimizer.step()
extras = {"epoch": 7, "arch": "resnet34", "metric": 0.5, "amp": True, "optimizer": optimizer.state_dict(), "nothing": None,
          "args": argparse.Namespace(lr=0.1, sizes=[1, 2], path=None), "best": numpy.float64(0.25),
          "history": collections.defaultdict(list, {"loss": [1.0]}), "device": torch.device("cpu"), "set": {1, 2},
          "big": 1 << 80, "bytes": b"\xff", "count": collections.Counter("aab")}
remarks = {"epoch": "7", "arch": "resnet34", "metric": "0.5", "amp": "true"}
save("training.zip.pth", good, wrap=lambda t: {**extras, "state_dict": t}, metadata=remarks, names=lambda n: "module." + n)
save("training.legacy.pth", good, wrap=lambda t: {"epoch": 7, "state_dict": other, "state_dict_ema": t}, legacy=True,
     metadata={"epoch": "7"}, names=lambda n: "_orig_mod.module." + n)
save("ema.zip.pth", good, wrap=lambda t: {"state_dict": other, "model_ema": t, "state_dict_ema": None})
save("model.zip.pth", good, wrap=lambda t: {"model": t, "teacher": other}, names=lambda n: "module._orig_mod." + n)

# To be refused.
torch.save(torch.nn.Linear(2, 2), FOLDER / "refused.object.pth")
torch.save({"a": torch.eye(2).to_sparse()}, FOLDER / "refused.sparse.pth")
torch.save({"a": torch.ones(2, dtype=torch.complex64)}, FOLDER / "refused.complex.pth")
torch.save({"a": torch.ones(2, dtype=torch.complex64).conj()}, FOLDER / "refused.conjugate.pth")
torch.save([torch.ones(2)], FOLDER / "refused.list.pth")
torch.save({"net": {"a": torch.ones(2)}, "epoch": 1}, FOLDER / "refused.nested.pth")
torch.save({"a": torch.ones(2), "module.a": torch.ones(2)}, FOLDER / "refused.twice.pth")
torch.jit.script(torch.nn.Linear(1, 1)).save(str(FOLDER / "refused.script.pt"))
numpy.savez(FOLDER / "refused.arrays.npz", a=numpy.ones(2))
numpy.save(FOLDER / "refused.array.npy", numpy.ones(2))
safetensors.torch.save_file({"a": torch.ones(2).to(torch.float8_e4m3fn)}, FOLDER / "refused.float8.safetensors")
buffer = io.BytesIO()
torch.save(good, buffer)
with zipfile.ZipFile(buffer) as source, \
        zipfile.ZipFile(FOLDER / "refused.deflated.pth", "w", zipfile.ZIP_DEFLATED) as target:
    for entry in source.namelist():
        target.writestr(entry, source.read(entry))

(FOLDER / "expected.json").write_text(json.dumps(EXPECTED, indent=1, sort_keys=True) + "\n")
(FOLDER / "README.txt").write_text(
    f"Written by make.py with torch {torch.__version__}, safetensors {safetensors.__version__}, "
    f"numpy {numpy.__version__}; torch.manual_seed(3).\n")
