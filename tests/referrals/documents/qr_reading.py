"""Reads a QR code from a picture, by ISO/IEC 18004 and not by the library that drew it: no errors are corrected."""

from __future__ import annotations

import io

from PIL import Image

DARK = 128
# Codewords of data and how many blocks they are dealt to, for error correction M.
DATA_M = {1: (16, 1), 2: (28, 1), 3: (44, 1), 4: (64, 2), 5: (86, 2), 6: (108, 4)}
MASKS = (
    lambda r, c: (r + c) % 2,
    lambda r, c: r % 2,
    lambda r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)


def read_qr(png: bytes) -> str:
    """The text of the only code in the picture. Raises `ValueError` where it finds none."""
    grid = _grid(Image.open(io.BytesIO(png)).convert("L"))
    size = len(grid)
    mask = _mask(grid)
    bits = [grid[r][c] ^ (not MASKS[mask](r, c)) for r, c in _path(size) if not _is_pattern(r, c, size)]
    return _text(bits, (size - 17) // 4)


def _grid(image: Image.Image) -> list[list[bool]]:
    """The modules, dark is true."""
    left, top, right, bottom, module = _corners(image)
    size = round((right - left) / module)
    size += (1 - size) % 4 if (1 - size) % 4 < 2 else (1 - size) % 4 - 4
    step_x, step_y = (right - left) / size, (bottom - top) / size
    rows = _rows(image)
    return [
        [rows[int(top + (r + 0.5) * step_y)][int(left + (c + 0.5) * step_x)] < DARK for c in range(size)]
        for r in range(size)
    ]


def _rows(image: Image.Image) -> list[bytes]:
    whole = image.tobytes()
    return [whole[at : at + image.width] for at in range(0, len(whole), image.width)]


def _corners(image: Image.Image) -> tuple[float, float, float, float, float]:
    """Left, top, right and bottom of the code and the width of a module, by its three finders: 1:1:3:1:1."""
    found: dict[tuple[int, int], list[int]] = {}
    for y, row in enumerate(_rows(image)):
        edges = [0, *(x for x in range(1, len(row)) if (row[x] < DARK) != (row[x - 1] < DARK)), len(row)]
        for at in range(len(edges) - 5):
            runs = [edges[at + n + 1] - edges[at + n] for n in range(5)]
            unit = sum(runs) / 7
            if unit < 2 or row[edges[at]] >= DARK:
                continue
            if all(abs(run - wanted * unit) <= unit / 2 for run, wanted in zip(runs, (1, 1, 3, 1, 1), strict=True)):
                found.setdefault((edges[at], edges[at + 5]), []).append(y)
    finders = [(x, rows) for x, rows in found.items() if len(rows) >= 2 * (x[1] - x[0]) / 7]
    if len(finders) < 2:
        raise ValueError("no QR code")
    module = min(x[1] - x[0] for x, _ in finders) / 7
    left, right = min(x[0] for x, _ in finders), max(x[1] for x, _ in finders)
    top, bottom = min(min(rows) for _, rows in finders), max(max(rows) for _, rows in finders)
    return left, top - 2 * module, right, bottom + 1 + 2 * module, module


def _mask(grid: list[list[bool]]) -> int:
    """From the format information beside the upper finder."""
    said = sum(grid[8][c] << bit for c, bit in ((2, 2), (3, 1), (4, 0)))
    return said ^ 0b101


def _path(size: int) -> list[tuple[int, int]]:
    """The modules in the order in which bits are laid: two columns at a time, up and down from the right."""
    columns = [c if c > 6 else c - 1 for c in range(size - 1, 0, -2)]  # the sixth is the timing's
    found = []
    for turn, column in enumerate(columns):
        rows = range(size - 1, -1, -1) if turn % 2 == 0 else range(size)
        found += [(row, column - side) for row in rows for side in (0, 1)]
    return found


def _is_pattern(r: int, c: int, size: int) -> bool:
    """Finders with their format, timing, and the one alignment pattern of versions 2 to 6."""
    if (r < 9 and (c < 9 or c >= size - 8)) or (r >= size - 8 and c < 9) or r == 6 or c == 6:
        return True
    centre = size - 7
    return size > 21 and abs(r - centre) <= 2 and abs(c - centre) <= 2


def _text(bits: list[bool], version: int) -> str:
    laid = [int("".join("01"[bit] for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
    total, blocks = DATA_M[version]
    data = [laid[at * blocks + block] for block in range(blocks) for at in range(total // blocks)]
    stream = "".join(f"{word:08b}" for word in data)
    mode, stream = stream[:4], stream[4:]
    if mode == "0100":  # bytes
        count, stream = int(stream[:8], 2), stream[8:]
        return bytes(int(stream[at : at + 8], 2) for at in range(0, count * 8, 8)).decode()
    if mode == "0010":  # letters and digits
        count, stream = int(stream[:9], 2), stream[9:]
        signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
        pairs = [int(stream[at * 11 : at * 11 + 11], 2) for at in range(count // 2)]
        text = "".join(signs[pair // 45] + signs[pair % 45] for pair in pairs)
        last = stream[count // 2 * 11 :][:6]
        return text + (signs[int(last, 2)] if count % 2 else "")
    raise ValueError(f"a mode that we do not draw: {mode}")
