#!/usr/bin/env python3
"""Makes the pictures and the arrays of this folder: small pictures of every kind, what Pillow makes of each, what
timm's evaluation transform makes of some, and what Pillow's resize gives for every filter.

    make_fixtures.py          (Pillow, NumPy, torch, torchvision and timm in the versions that FIXTURES.txt names)

Nothing here is random beyond the seed. Files that Pillow cannot write (16-bit colour, interlaced PNG, YCCK) are
written by this script.
"""
import io
import json
import os
import struct
import sys
import zlib

import numpy as np
import PIL
import timm
import torch
import torchvision
from PIL import Image, features
from timm.data import create_transform

SEED = 20261124
HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(SEED)


def path(folder, name):
    os.makedirs(os.path.join(HERE, folder), exist_ok=True)
    return os.path.join(HERE, folder, name)


def scene(height, width, bands):
    """Smooth waves, edges and noise in 0...1: something that filters and JPEG have work with."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    planes = []
    for band in range(bands):
        phase = band * 1.3
        wave = 0.5 + 0.35 * np.sin(9 * x + phase) * np.cos(7 * y - phase)
        edge = ((x + y * (1 + band) * 0.5) % 0.4 < 0.2) * 0.25
        planes.append(wave + edge - 0.1 + rng.normal(0, 0.06, (height, width)))
    return np.clip(np.stack(planes, -1), 0, 1)


def bytes_of(array):
    return np.round(array * 255).astype(np.uint8)


def words_of(array):
    return np.round(array * 65535).astype(np.uint16)


# --- PNG files that Pillow cannot write

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples, depth):
    """Rows of [H, W, C] samples as PNG stores them, each with filter 0."""
    out = b""
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            data = row.astype(">u2").tobytes()
        elif depth == 8:
            data = row.astype("u1").tobytes()
        else:
            bits = "".join(format(int(v), f"0{depth}b") for v in row)
            bits += "0" * (-len(bits) % 8)
            data = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
        out += b"\0" + data
    return out


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def write_png(name, samples, depth, color, interlaced=False, extra=()):
    height, width = samples.shape[:2]
    if interlaced:
        raw = b""
        for x, y, dx, dy in ADAM7:
            part = samples[y::dy, x::dx]
            if part.size:
                raw += packed_rows(part, depth)
    else:
        raw = packed_rows(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    body = chunk(b"IHDR", header) + b"".join(chunk(*e) for e in extra)
    body += chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    with open(path("pictures", name), "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + body)


def pictures():
    rgb = bytes_of(scene(31, 45, 3))
    image = Image.fromarray(rgb)
    grey = image.convert("L")

    def save(name, picture, **options):
        picture.save(path("pictures", name), **options)

    save("jpeg_420.jpg", image, quality=88, subsampling=2)
    save("jpeg_422.jpg", image, quality=88, subsampling=1)
    save("jpeg_444.jpg", image, quality=95, subsampling=0)
    save("jpeg_progressive.jpg", image, quality=85, progressive=True)
    save("jpeg_restarts.jpg", image, quality=80, restart_marker_blocks=2)
    save("jpeg_grey.jpg", grey, quality=90)
    save("jpeg_rgb.jpg", image, quality=90, keep_rgb=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    save("jpeg_orientation.jpg", image, quality=80, exif=exif)
    cmyk = Image.fromarray(bytes_of(scene(31, 45, 4)), "CMYK")
    save("jpeg_cmyk.jpg", cmyk, quality=92)
    data = open(path("pictures", "jpeg_cmyk.jpg"), "rb").read()
    adobe = data.index(b"Adobe")
    assert data[adobe + 11] == 0
    with open(path("pictures", "jpeg_ycck.jpg"), "wb") as file:
        file.write(data[:adobe + 11] + b"\2" + data[adobe + 12:])
    save("jpeg_tiny.jpg", Image.fromarray(rgb[:1, :1]), quality=80)
    save("jpeg_wide.jpg", Image.fromarray(bytes_of(scene(9, 130, 3))), quality=80)

    save("png_rgb.png", image)
    save("png_grey.png", grey)
    save("png_bilevel.png", grey.convert("1"))
    save("png_rgba.png", Image.fromarray(bytes_of(scene(31, 45, 4)), "RGBA"))
    save("png_grey_alpha.png", Image.fromarray(bytes_of(scene(31, 45, 2)), "LA"))
    save("png_palette.png", image.quantize(200))
    save("png_palette_4.png", image.quantize(13), bits=4)
    palette = image.quantize(40)
    save("png_palette_alpha.png", palette, transparency=bytes(rng.integers(0, 256, 30, dtype=np.uint8)))
    save("png_palette_key.png", palette, transparency=7)
    save("png_grey16.png", Image.fromarray(words_of(scene(31, 45, 1))[..., 0]))
    save("png_grey_key.png", grey, transparency=int(np.asarray(grey)[3, 3]))
    save("png_rgb_key.png", image, transparency=tuple(int(v) for v in rgb[3, 3]))
    write_png("png_grey_2.png", rng.integers(0, 4, (31, 45, 1)), 2, 0)
    write_png("png_grey_4.png", rng.integers(0, 16, (31, 45, 1)), 4, 0)
    write_png("png_rgb16.png", words_of(scene(31, 45, 3)), 16, 2)
    write_png("png_rgba16.png", words_of(scene(31, 45, 4)), 16, 6)
    write_png("png_grey_alpha16.png", words_of(scene(31, 45, 2)), 16, 4)
    write_png("png_interlaced_rgb.png", rgb, 8, 2, interlaced=True)
    write_png("png_interlaced_grey16.png", words_of(scene(31, 45, 1)), 16, 0, interlaced=True)
    write_png("png_interlaced_bilevel.png", rng.integers(0, 2, (31, 45, 1)), 1, 0, interlaced=True)
    colors = rng.integers(0, 256, 9, dtype=np.uint8).tobytes()
    # A palette of 3 colours, indices up to 3: what lies past the palette is black.
    write_png("png_interlaced_palette.png", rng.integers(0, 4, (31, 45, 1)), 2, 3, interlaced=True,
              extra=[(b"PLTE", colors)])


def native16(name):
    """The 16-bit samples of the files that this script knows, as [H, W, C] float32 in 0...1."""
    data = open(path("pictures", name), "rb").read()
    depth, color, interlace = data[24], data[25], data[28]
    assert depth == 16 and not interlace
    width, height = struct.unpack(">II", data[16:24])
    bands = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    raw = b""
    position = 8
    while position < len(data):
        length, = struct.unpack(">I", data[position:position + 4])
        if data[position + 4:position + 8] == b"IDAT":
            raw += data[position + 8:position + 8 + length]
        position += 12 + length
    rows = np.frombuffer(zlib.decompress(raw), "u1").reshape(height, 1 + width * bands * 2)
    assert not rows[:, 0].any() or name == "png_grey16.png"
    if rows[:, 0].any():
        return np.asarray(Image.open(path("pictures", name))).astype("f4")[..., None]
    return rows[:, 1:].copy().view(">u2").reshape(height, width, bands).astype("f4")


def save_array(folder, name, array):
    np.save(path(folder, name + ".npy"), np.ascontiguousarray(array))


def conversions():
    """What Pillow makes of each picture: RGB and L of 8-bit kinds, and the file's own channels."""
    for name in sorted(os.listdir(path("pictures", ""))):
        if "16" in name:
            continue
        image = Image.open(path("pictures", name))
        stem = name.rsplit(".", 1)[0]
        save_array("converted", stem + ".RGB", np.asarray(image.convert("RGB")))
        save_array("converted", stem + ".L", np.asarray(image.convert("L")))
        own = {"CMYK": image, "RGBA": image, "LA": image}.get(image.mode)
        if image.mode == "P" and "transparency" in image.info:
            own = image.convert("RGBA")
        if own is not None:
            save_array("converted", stem + ".own", np.asarray(own))


TRANSFORMS = [
    dict(input_size=[3, 24, 24], interpolation="bilinear", crop_pct=0.875, crop_mode="center"),
    dict(input_size=[3, 24, 24], interpolation="bicubic", crop_pct=0.9, crop_mode="squash"),
    dict(input_size=[3, 28, 20], interpolation="bicubic", crop_pct=0.95, crop_mode="center"),
    dict(input_size=[3, 21, 30], interpolation="lanczos", crop_pct=0.875, crop_mode="border"),
    dict(input_size=[3, 40, 40], interpolation="bicubic", crop_pct=1.0, crop_mode="center"),
    dict(input_size=[3, 36, 36], interpolation="bicubic", crop_pct=1.25, crop_mode="center"),
    dict(input_size=[3, 17, 17], interpolation="nearest", crop_pct=0.9, crop_mode="center"),
]
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
GREY_MEAN, GREY_DEVIATION = (sum(MEAN) / 3,), (sum(DEVIATION) / 3,)


def transforms():
    """timm's evaluation transform: every case on four pictures, one case on every 8-bit picture."""
    records = []

    def record(name, mode, index, case):
        image = Image.open(path("pictures", name))
        mean, deviation = (MEAN, DEVIATION) if mode == "RGB" else (GREY_MEAN, GREY_DEVIATION)
        transform = create_transform(
            input_size=tuple(case["input_size"]), is_training=False, mean=mean, std=deviation,
            interpolation=case["interpolation"], crop_pct=case["crop_pct"], crop_mode=case["crop_mode"])
        array = transform(image.convert(mode)).numpy()
        key = f"{name.rsplit('.', 1)[0]}.{mode}.{index}"
        save_array("transformed", key, array)
        records.append(dict(picture=name, mode=mode, array=key, mean=mean, std=deviation, **case))

    for index, case in enumerate(TRANSFORMS):
        for name, mode in [("png_rgb.png", "RGB"), ("png_grey.png", "L"), ("jpeg_420.jpg", "RGB"),
                           ("png_grey.png", "RGB")]:
            record(name, mode, index, case)
    for name in sorted(os.listdir(path("pictures", ""))):
        if "16" in name or name == "jpeg_tiny.jpg":
            continue
        if (name, "RGB") not in [(r["picture"], r["mode"]) for r in records]:
            record(name, "RGB", 0, TRANSFORMS[0])
    # 16-bit samples: divided by 65535, each band as Pillow's mode F.
    for name in ["png_grey16.png", "png_rgb16.png", "png_rgba16.png", "png_grey_alpha16.png"]:
        samples = native16(name) / np.float32(65535)
        for index, case in enumerate(TRANSFORMS):
            if case["crop_mode"] == "border":
                continue
            bands = samples.shape[2]
            mean = tuple(0.1 + 0.1 * b for b in range(bands))
            deviation = tuple(0.2 + 0.05 * b for b in range(bands))
            planes = []
            for band in range(bands):
                transform = create_transform(
                    input_size=(1, *case["input_size"][1:]), is_training=False, mean=(mean[band],),
                    std=(deviation[band],), interpolation=case["interpolation"], crop_pct=case["crop_pct"],
                    crop_mode=case["crop_mode"])
                planes.append(transform(Image.fromarray(samples[..., band].copy(), "F")).numpy()[0])
            key = f"{name.rsplit('.', 1)[0]}.own.{index}"
            save_array("transformed", key, np.stack(planes))
            records.append(dict(picture=name, mode="own", array=key, mean=mean, std=deviation, **case))
    with open(path("", "transforms.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(r) for r in records) + "\n]\n")


FILTERS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
SIZES = [(37, 29), (80, 70), (61, 20), (31, 47), (5, 4), (61, 47), (57, 30)]  # width, height


def resizes():
    """Pillow's resize of one 61 x 47 picture, RGB, L and F, and of a very tall one."""
    rgb = bytes_of(scene(47, 61, 3))
    noise = rng.integers(0, 256, (47, 61, 3), dtype=np.uint8)
    rgb[:, 30:] = noise[:, 30:]
    grey = np.asarray(Image.fromarray(rgb).convert("L"))
    plane = ((scene(47, 61, 1)[..., 0] - 0.3) * 1000).astype("f4")
    tall = bytes_of(scene(410, 4, 3))
    sources = {"rgb": rgb, "grey": grey, "float": plane, "tall": tall, "tallfloat": tall[..., 0].astype("f4")}
    for kind, source in sources.items():
        save_array("resized", kind, source)
        for name in FILTERS:
            filter = getattr(Image.Resampling, name.upper())
            sizes = [(3, 50), (7, 90), (3, 409)] if kind.startswith("tall") else SIZES
            for width, height in sizes:
                if kind == "grey" and (width, height) == (80, 70):
                    continue
                resized = Image.fromarray(source).resize((width, height), filter)
                save_array("resized", f"{kind}.{name}.{width}x{height}", np.asarray(resized))


pictures()
conversions()
transforms()
resizes()
with open(path("", "FIXTURES.txt"), "w") as file:
    file.write(f"""pictures/, converted/, transformed/, resized/ and transforms.json are made by make_fixtures.py, seed {SEED}, with
Pillow {PIL.__version__} (libjpeg-turbo {features.version('libjpeg_turbo')}), NumPy {np.__version__}, \
torch {torch.__version__.split('+')[0]}, torchvision {torchvision.__version__.split('+')[0]}, timm {timm.__version__}.

pictures/     one small picture of each kind.
converted/    NAME.RGB and NAME.L: [H, W, 3] and [H, W], Pillow's convert of pictures/NAME; NAME.own: its channels.
transformed/  [C, H, W] float32, timm's evaluation transform; transforms.json says of what and how.
resized/      KIND: a source; KIND.FILTER.WxH: Pillow's resize of it.
parts/        made by make_parts.py with Pillow 13.0.0, NumPy 2.4.6 and cjpeg of libjpeg-turbo 2.1.5: JPEG files of every
              sampling of colours, entropy coding and order of scans. They are compared with themselves only.

preprocess.jsonl holds values of timm's evaluation transform of the photographs in the PyPI wheel
scikit-image==0.26.0 (folder skimage/data). Four of them stand in skimage/data here, so that every run checks some:
horse.png, microaneurysms.png, rocket.jpg (their owners gave CC0) and phantom.png (scikit-image's own, BSD-3-Clause).
The others are looked for in the folder that the environment variable APUS_TEST_SAMPLES names: the wheel, unpacked.
""")
