"""Makes the HDF5 files that tests read: good ones of every form that is supported, and hostile ones.

The good ones hold, at every path, the numbers 0, 1, 2, ... modulo 100 in the path's shape and dtype. The others are weights
of the network Sequential([Input((4,)), Dense(3), Dense(2)]), the hostile ones each with one thing that no file should have.

    usage: python scripts/make_hdf5_files.py

Needs h5py and NumPy. The files lie in the tree; run this to change them.
"""

import pathlib
import struct
import zlib

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOOD = ROOT / "saving/src/test/resources/org/keras4j/saving/internal/hdf5"
FORMS = ROOT / "tck/src/test/resources/org/keras4j/tck/saving/forms"
HOSTILE = ROOT / "tck/src/test/resources/org/keras4j/tck/saving/hostile"


def numbers(shape, dtype):
    n = np.arange(int(np.prod(shape, dtype=int))) % 100
    return n.astype(dtype).reshape(shape)


# ---- good files

DTYPES = ["<f2", "<f4", "<f8", ">f4", ">f8", "i1", "<i2", ">i2", "<i4", "<i8", "u1", "<u2", "<u4", ">u4", "<u8"]


def fill(f):
    for d in DTYPES:
        f[f"dtypes/{d.replace('<', 'l').replace('>', 'b')}"] = numbers((3, 5), d)
    f["bool"] = numbers((7,), "i1") % 2 == 1
    f["scalar"] = np.float32(7)
    f["empty"] = np.zeros((0, 3), "<f4")
    f.create_dataset("opaque", data=numbers((6,), "<u2").view("V2"))
    f.create_group("nothing")
    deep = f.create_group("a/b/c")
    deep.attrs["name"] = "deep"
    deep["0"] = numbers((2,), "<f4")
    for i in range(300):
        f[f"many/member_{i:03}"] = np.array([i], "<i4")
    c = f.create_group("chunked")
    c.create_dataset("plain", data=numbers((7, 9), "<f4"), chunks=(3, 4))
    c.create_dataset("gzip", data=numbers((7, 9), "<f4"), chunks=(3, 4), compression="gzip")
    c.create_dataset("shuffle", data=numbers((50,), "<i8"), chunks=(16,), compression="gzip", shuffle=True)
    c.create_dataset("fletcher", data=numbers((5, 3, 2), "<f8"), chunks=(2, 2, 2), fletcher32=True)
    c.create_dataset("all", data=numbers((40,), "<f4"), chunks=(13,), compression="gzip", shuffle=True, fletcher32=True)
    c.create_dataset("single", data=numbers((4, 4), "<f4"), chunks=(4, 4))
    c.create_dataset("single_gzip", data=numbers((4, 4), "<f4"), chunks=(4, 4), compression="gzip")
    c.create_dataset("thousands", data=numbers((2100,), "<i2"), chunks=(2,))
    holes = c.create_dataset("holes", (10, 4), "<f4", chunks=(5, 4))
    holes[5:] = 1
    c.create_dataset("unwritten", (10, 4), "<f4")
    c.create_dataset("early", data=numbers((6, 6), "<f4"), chunks=(2, 6))
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    d = h5py.h5d.create(f.id, b"compact", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((2, 3)), compact)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, numbers((2, 3), "<f4"))
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((4,))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    d = h5py.h5d.create(c.id, b"implicit", h5py.h5t.STD_I32LE, h5py.h5s.create_simple((10,)), early)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, numbers((10,), "<i4"))


def good():
    for name, version in [("earliest", "earliest"), ("v108", ("v108", "v108")), ("latest", "latest")]:
        with h5py.File(GOOD / f"{name}.h5", "w", libver=version) as f:
            fill(f)
    with h5py.File(GOOD / "ordered.h5", "w", track_order=True) as f:
        for i in range(20):
            f.create_group(f"g{i}", track_order=True)["x"] = numbers((2,), "<f4")


def forms():
    for name, version in [("earliest", "earliest"), ("v108", ("v108", "v108")), ("latest", "latest")]:
        for storage in ("plain", "chunked"):
            with h5py.File(FORMS / f"{name}_{storage}.weights.h5", "w", libver=version) as f:
                for i in range(20):
                    f.create_group(f"other/group_{i}")
                for path, shape in SHAPES.items():
                    options = dict(chunks=(2,) * len(shape), compression="gzip", shuffle=True, fletcher32=True)
                    options = options if storage == "chunked" else {}
                    f.create_dataset(f"layers/{path}", data=numbers(shape, "<f4"), **options)


# ---- hostile files

SHAPES = {"dense/vars/0": (4, 3), "dense/vars/1": (3,), "dense_1/vars/0": (3, 2), "dense_1/vars/1": (2,)}


class Weights:
    """A file of weights without some of them."""

    def __init__(self, name, *left_out, **options):
        self.path = HOSTILE / f"{name}.weights.h5"
        self.left_out = left_out
        self.options = options

    def __enter__(self):
        self.file = h5py.File(self.path, "w", **self.options)
        self.layers = self.file.create_group("layers")
        for name, shape in SHAPES.items():
            if not name.startswith(tuple(self.left_out) or ("-",)):
                self.layers[name] = np.zeros(shape, "<f4")
        return self.layers

    def __exit__(self, *_):
        self.file.close()


def links():
    with Weights("soft_link", "dense/vars/0") as w:
        w.file["elsewhere"] = np.zeros((4, 3), "<f4")
        w["dense/vars/0"] = h5py.SoftLink("/elsewhere")
    with Weights("soft_link_group", "dense/vars") as w:
        w.file["elsewhere/0"] = np.zeros((4, 3), "<f4")
        w.file["elsewhere/1"] = np.zeros((3,), "<f4")
        w["dense"] = h5py.SoftLink("/elsewhere")
    with Weights("soft_link_new_style", "dense/vars/0", libver="latest") as w:
        w.file["elsewhere"] = np.zeros((4, 3), "<f4")
        w["dense/vars/0"] = h5py.SoftLink("/elsewhere")
    with Weights("soft_link_beside", libver="latest") as w:
        w["dense/vars/beside"] = h5py.SoftLink("/layers/dense/vars/0")
    with Weights("external_link", "dense/vars/0") as w:
        w["dense/vars/0"] = h5py.ExternalLink("other.weights.h5", "/layers/dense/vars/0")
    with Weights("external_link_group", "dense") as w:
        w["dense"] = h5py.ExternalLink("/etc/other.weights.h5", "/layers/dense")
    with Weights("external_link_dense_storage", "dense/vars/0", libver="latest") as w:
        for i in range(2, 30):
            w[f"dense/vars/{i}"] = np.zeros((1,), "<f4")
        w["dense/vars/0"] = h5py.ExternalLink("other.weights.h5", "/layers/dense/vars/0")
    with Weights("cycle", "dense/vars") as w:
        w["dense/vars"] = w
        w["dense_1/again"] = w["dense_1"]


def foreign_data():
    with Weights("external_dataset", "dense/vars/0") as w:
        w.create_dataset("dense/vars/0", (4, 3), "<f4", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])
    with Weights("external_dataset_relative", "dense/vars/1") as w:
        w.create_dataset("dense/vars/1", (3,), "<f4", external=[("../secret", 0, 12)])
    with Weights("virtual_dataset", "dense/vars/0", libver="latest") as w:
        layout = h5py.VirtualLayout((4, 3), "<f4")
        layout[:] = h5py.VirtualSource("other.h5", "x", (4, 3))
        w.create_virtual_dataset("dense/vars/0", layout)


def bombs():
    huge = (1 << 30, 1 << 10)
    with Weights("shape_bomb_chunked", "dense/vars/0") as w:
        w.create_dataset("dense/vars/0", huge, "<f4", chunks=(1 << 10, 1 << 10), compression="gzip")
    with Weights("shape_bomb_contiguous", "dense/vars/0") as w:
        w.create_dataset("dense/vars/0", huge, "<f4")
    with Weights("shape_bomb_overflow", "dense/vars/0") as w:
        w.create_dataset("dense/vars/0", (1 << 31, 1 << 31, 1 << 31), "<f4", chunks=(1, 1, 1 << 10))
    with Weights("shape_bomb_fill_value", "dense/vars/0") as w:
        w.create_dataset("dense/vars/0", (4, 3), "<f4", fillvalue=3.0, chunks=(4, 3))
    with Weights("chunk_bomb", "dense/vars/0") as w:
        w.create_dataset("dense/vars/0", (4, 3), "<f4", maxshape=(None, None), chunks=(1 << 14, 1 << 14))
    # a chunk whose bytes unpack to more than it has, few enough of them that it can be one, and many
    for name, bits in [("deflate_bomb", 19), ("deflate_bomb_large", 25)]:
        with Weights(name, "dense/vars/0") as w:
            d = w.create_dataset("dense/vars/0", (4, 3), "<f4", chunks=(4, 3), compression="gzip")
            d.id.write_direct_chunk((0, 0), zlib.compress(bytes(1 << bits), 9))
    with Weights("deflate_cut", "dense/vars/0") as w:
        d = w.create_dataset("dense/vars/0", (4, 3), "<f4", chunks=(4, 3), compression="gzip")
        d.id.write_direct_chunk((0, 0), zlib.compress(np.arange(12, dtype="<f4").tobytes(), 9)[:-8])


def types():
    with Weights("strings", "dense/vars/1") as w:
        w["dense/vars/1"] = np.array(["a", "b", "c"], h5py.string_dtype())
    with Weights("compound", "dense/vars/1") as w:
        w["dense/vars/1"] = np.zeros((3,), [("a", "<f4"), ("b", "<f4")])
    with Weights("references", "dense/vars/1") as w:
        w["dense/vars/1"] = np.array([w.ref, w.ref, w.ref], h5py.ref_dtype)
    with Weights("variable_length", "dense/vars/1") as w:
        d = w.create_dataset("dense/vars/1", (3,), h5py.vlen_dtype(np.dtype("<f4")))
        d[0] = [1, 2]
    with Weights("null_space", "dense/vars/1") as w:
        w["dense/vars/1"] = h5py.Empty("<f4")
    with Weights("lzf", "dense/vars/0") as w:
        w.create_dataset("dense/vars/0", data=np.zeros((4, 3), "<f4"), compression="lzf")
    with Weights("named_type", "dense/vars/0") as w:
        w.file["type"] = np.dtype("<f4")
        w.create_dataset("dense/vars/0", (4, 3), w.file["type"], data=np.zeros((4, 3)))


def patched(name, source, *changes):
    data = bytearray((HOSTILE / f"{source}.weights.h5").read_bytes())
    for change in changes:
        change(data)
    (HOSTILE / f"{name}.weights.h5").write_bytes(data)


def damaged():
    with Weights("whole"):
        pass

    def tree_of_itself(data):
        # the first child of each group's tree becomes the tree
        at = data.find(b"TREE")
        while at >= 0:
            data[at + 5] = 1
            struct.pack_into("<Q", data, at + 32, at)
            at = data.find(b"TREE", at + 4)

    def endless_header(data):
        # each message of the root's object header becomes one that says: go on at the header's first message
        at = 96
        count, size = struct.unpack_from("<H4xI", data, at + 2)
        struct.pack_into("<HHB", data, at + 16, 16, 16, 0)
        struct.pack_into("<QQ", data, at + 24, at + 16, size)
        struct.pack_into("<H", data, at + 2, 65535)

    patched("tree_cycle", "whole", tree_of_itself)
    patched("header_cycle", "whole", endless_header)
    patched("cut", "whole", lambda data: data.__delitem__(slice(len(data) - 100, None)))


if __name__ == "__main__":
    for folder in (GOOD, FORMS, HOSTILE):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.h5"):
            old.unlink()
    good()
    forms()
    links()
    foreign_data()
    bombs()
    types()
    damaged()
