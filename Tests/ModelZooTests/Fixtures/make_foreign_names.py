#!/usr/bin/env python3
"""Writes the names and shapes of torchvision's state dicts, whose names timm changes when it loads them.

  make_foreign_names.py OUTPUT_FOLDER     (pip install torch torchvision)
"""
import json, pathlib, sys
import torchvision

MODELS = {"regnety_008_tv": "regnet_y_800mf", "vgg11_bn": "vgg11_bn", "inception_v3": "inception_v3"}

for timm_name, name in MODELS.items():
    state = torchvision.models.get_model(name, weights=None, **({"init_weights": False} if "inception" in name else {})).state_dict()
    with open(pathlib.Path(sys.argv[1]) / f"{timm_name}.names.jsonl", "w") as out:
        for key, tensor in state.items():
            row = {"name": key, "shape": list(tensor.shape), "float": tensor.is_floating_point()}
            out.write(json.dumps(row, separators=(",", ":")) + "\n")
