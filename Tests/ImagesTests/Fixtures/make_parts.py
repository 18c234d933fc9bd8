#!/usr/bin/env python3
"""Makes the pictures of parts/: one JPEG file of each kind that decoders treat differently when only a part of a picture
is asked for, large enough for parts that leave out whole blocks on every side.

    make_parts.py          (Pillow and NumPy as FIXTURES.txt names them; Debian's libjpeg-turbo-progs 2.1.5)
"""
import os
import subprocess
import tempfile

import numpy as np
from PIL import Image

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parts")
WIDTH, HEIGHT = 157, 117


def scene(bands):
    """Waves, edges and a little noise."""
    rng = np.random.default_rng(20261128)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / WIDTH
    planes = []
    for band in range(bands):
        wave = 0.5 + 0.3 * np.sin(25 * x + band) * np.cos(19 * y - band)
        edge = ((x * 3 + y * (1 + band)) % 0.5 < 0.25) * 0.2
        planes.append(wave + edge - 0.1 + rng.normal(0, 0.02, (HEIGHT, WIDTH)))
    return np.round(np.clip(np.stack(planes, -1), 0, 1) * 255).astype(np.uint8)


def cjpeg(name, *options, scans=None):
    """Writes one file with libjpeg-turbo's own program, which knows more kinds than Pillow does."""
    with tempfile.TemporaryDirectory() as folder:
        source, script = os.path.join(folder, "scene.ppm"), os.path.join(folder, "scans.txt")
        Image.fromarray(scene(3)).save(source)
        if scans:
            with open(script, "w") as file:
                file.write(scans)
            options += ("-scans", script)
        subprocess.run(
            ["cjpeg", "-quality", "50", *options, "-outfile", os.path.join(FOLDER, name + ".jpg"), source], check=True)


os.makedirs(FOLDER, exist_ok=True)
for sampling in ["1x1", "2x1", "2x2", "1x2", "4x1", "4x2", "1x4"]:
    cjpeg("ycc_" + sampling, "-sample", sampling)
cjpeg("ycc_chroma_2x1", "-sample", "2x2,2x1,1x1")
cjpeg("grey", "-grayscale")
cjpeg("rgb", "-rgb")
cjpeg("restarts", "-sample", "2x2", "-restart", "3B")
cjpeg("arithmetic", "-sample", "2x2", "-arithmetic")
cjpeg("progressive", "-sample", "2x2", "-progressive")
cjpeg("arithmetic_progressive", "-sample", "2x1", "-arithmetic", "-progressive")
cjpeg("separate_scans", "-sample", "2x2", scans="0;\n1;\n2;\n")
# A progressive file whose fine coefficients never come: the library smooths its blocks.
cjpeg("unfinished", "-sample", "2x2", scans="0,1,2: 0-0, 0, 0;\n0: 1-2, 0, 1;\n")
Image.fromarray(scene(4), "CMYK").save(os.path.join(FOLDER, "cmyk.jpg"), quality=50, subsampling=2)
data = open(os.path.join(FOLDER, "cmyk.jpg"), "rb").read()
adobe = data.index(b"Adobe")
with open(os.path.join(FOLDER, "ycck.jpg"), "wb") as file:
    file.write(data[:adobe + 11] + b"\2" + data[adobe + 12:])
