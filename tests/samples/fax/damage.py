"""Damages fax files as telephone lines, cut transmissions and careless programs do.

damage.py lines IN OUT      breaks every 97th line of a group 3 page; prints how many lines a fax machine then repeats
damage.py noise IN OUT      flips a bit in 40 bytes of the page, marks included
damage.py cut IN OUT PART   ends the page's data after so many per cent of it
damage.py marks IN OUT      takes the first mark away, as some programs do, and sets the six that end a page
Works on what tiffcp writes: one page, one strip, bytes from the highest bit.
"""

import random
import struct
import sys


def entries(data):
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    found = {}
    for number in range(count):
        place = at + 2 + 12 * number
        tag, kind, values = struct.unpack_from(order + "HHI", data, place)
        form = {3: "H", 4: "I"}.get(kind)
        if form and values == 1:
            found[tag] = (struct.unpack_from(order + form, data, place + 8)[0], place + 8, order + form)
    return found


def bits_of(strip):
    return [byte >> (7 - place) & 1 for byte in strip for place in range(8)]


def bytes_of(bits):
    return bytes(sum(bit << (7 - place) for place, bit in enumerate(bits[at:at + 8])) for at in range(0, len(bits), 8))


def marks(bits):
    """Where each mark (eleven zeros or more, a one) ends."""
    ends, zeros = [], 0
    for place, bit in enumerate(bits):
        if bit == 0:
            zeros += 1
        else:
            if zeros >= 11:
                ends.append(place + 1)
            zeros = 0
    return ends


def main():
    what, source, target = sys.argv[1:4]
    data = bytearray(open(source, "rb").read())
    found = entries(data)
    offset, length = found[273][0], found[279][0]
    two_dimensional = found.get(292, (0,))[0] & 1
    strip = data[offset:offset + length]

    def resize(count):
        _, place, form = found[279]
        struct.pack_into(form, data, place, count)

    if what == "lines":
        bits = bits_of(strip)
        ends = marks(bits)
        height = found[257][0]
        broken = set(range(97, height, 97))
        repeated, waiting = 0, False
        for line, start in enumerate(ends[:height]):
            alone = not two_dimensional or bits[start] == 1
            if line in broken:
                # Eight zeros and a one begin no code; in two dimensions six zeros and a one do not either.
                nonsense = [0, 0, 0, 0, 0, 0, 1] if two_dimensional and not alone else [0] * 8 + [1]
                first = start + (1 if two_dimensional else 0)
                stop = ends[line + 1] - 12
                bits[first:min(first + len(nonsense), stop)] = nonsense[:stop - first]
                waiting = bool(two_dimensional)
                repeated += 1
            elif waiting and not alone:
                repeated += 1
            else:
                waiting = False
        data[offset:offset + length] = bytes_of(bits)
        print(repeated)
    elif what == "noise":
        chance = random.Random(7)
        for _ in range(40):
            place = chance.randrange(length)
            data[offset + place] ^= 1 << chance.randrange(8)
    elif what == "cut":
        resize(length * int(sys.argv[4]) // 100)
    elif what == "marks":
        bits = bits_of(strip)
        strip = bytes_of(bits[marks(bits)[0]:] + ([0] * 11 + [1]) * 6)
        _, place, form = found[273]
        struct.pack_into(form, data, place, len(data))
        resize(len(strip))
        data += strip
    open(target, "wb").write(data)


main()
