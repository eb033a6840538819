package io.sluice.video;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Breaks videos in the ways in which they come broken, and in those that someone would think of who means harm: bits and bytes
 * anywhere; sizes, counts and offsets in the container's parts; parts that are missing, twice, elsewhere, or called otherwise;
 * stretches that are cut, empty, or from another file. The same numbers make the same bytes.
 */
final class Mutator {
    /** Numbers at the ends of ranges, where arithmetic goes wrong. */
    private static final long[] EDGES = {
        0,
        1,
        2,
        7,
        8,
        0x7f,
        0x80,
        0xff,
        0x100,
        0x7fff,
        0x8000,
        0xffff,
        0x10000,
        0x7fffff,
        0xffffff,
        0x1000000,
        0x3fffffff,
        0x40000000,
        0x7ffffffe,
        0x7fffffff,
        0x80000000L,
        0xfffffffeL,
        0xffffffffL,
        0x100000000L,
        0x7fffffffffffffffL,
        0x8000000000000000L,
        -1,
        -2,
        0x7ff0000000000000L,
        0x7ff8000000000000L
    };

    private static final int MAX_CHANGES = 4;
    private static final int MAX_STRETCH = 2000;

    private final List<byte[]> originals;

    /** @param originals videos that are whole */
    Mutator(List<byte[]> originals) {
        this.originals = List.copyOf(originals);
    }

    /** Which original the input of this number is made of. */
    int original(long seed, int number) {
        return (int) Math.floorMod(seed + number, (long) originals.size());
    }

    byte[] input(long seed, int number) {
        Random random = new Random(seed * 1_000_003 + number);
        byte[] file = originals.get(original(seed, number)).clone();
        int changes = 1 + random.nextInt(MAX_CHANGES);
        for (int i = 0; i < changes && file.length > 16; i++) {
            file = change(file, random);
        }
        return file;
    }

    private byte[] change(byte[] file, Random random) {
        List<Parts.Part> parts = Parts.of(file);
        int kind = random.nextInt(parts.isEmpty() ? 7 : 16);
        return switch (kind) {
            case 0 -> bits(file, random);
            case 1 -> bytes(file, random);
            case 2 -> edge(file, random.nextInt(file.length), random);
            case 3 -> stretch(file, random);
            case 4 -> Arrays.copyOf(file, 1 + random.nextInt(file.length - 1));
            case 5 -> moved(file, random);
            case 6 -> foreign(file, random);
            case 7, 8, 9 -> size(file, pick(parts, random), random);
            case 10, 11, 12, 13 -> content(file, pick(parts, random), random);
            case 14 -> renamed(file, pick(parts, random), pick(parts, random));
            default -> copied(file, pick(parts, random), pick(parts, random), random);
        };
    }

    /** Headers are few and packets are many: every kind of part gets the same chance. */
    private static Parts.Part pick(List<Parts.Part> parts, Random random) {
        List<String> names = parts.stream().map(Parts.Part::name).distinct().toList();
        String name = names.get(random.nextInt(names.size()));
        List<Parts.Part> called =
                parts.stream().filter(part -> part.name().equals(name)).toList();
        return called.get(random.nextInt(called.size()));
    }

    private static byte[] bits(byte[] file, Random random) {
        for (int i = random.nextInt(16); i >= 0; i--) {
            file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return file;
    }

    private static byte[] bytes(byte[] file, Random random) {
        byte[] noise = new byte[1 + random.nextInt(Math.min(file.length, 64))];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, file, random.nextInt(file.length - noise.length + 1), noise.length);
        return file;
    }

    /** Writes an edge, or a small step from what is there, in one to eight bytes of either order. */
    private static byte[] edge(byte[] file, int at, Random random) {
        int width = Math.min(1 << random.nextInt(4), file.length - at);
        boolean little = random.nextInt(4) == 0;
        long value = EDGES[random.nextInt(EDGES.length)];
        if (random.nextInt(3) == 0) {
            long there = 0;
            for (int i = 0; i < width; i++) {
                there = (there << 8) | (file[little ? at + width - 1 - i : at + i] & 0xff);
            }
            value = there + random.nextInt(33) - 16;
        }
        for (int i = 0; i < width; i++) {
            file[little ? at + i : at + width - 1 - i] = (byte) (value >> (8 * i));
        }
        return file;
    }

    /** Zeros, ones or noise over a stretch. */
    private static byte[] stretch(byte[] file, Random random) {
        int length = 1 + random.nextInt(Math.min(file.length, MAX_STRETCH));
        int from = random.nextInt(file.length - length + 1);
        switch (random.nextInt(3)) {
            case 0 -> Arrays.fill(file, from, from + length, (byte) 0);
            case 1 -> Arrays.fill(file, from, from + length, (byte) 0xff);
            default -> {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, file, from, length);
            }
        }
        return file;
    }

    /** A stretch is left out, or is there once more somewhere else. */
    private static byte[] moved(byte[] file, Random random) {
        int length = 1 + random.nextInt(Math.min(file.length - 1, MAX_STRETCH));
        int from = random.nextInt(file.length - length + 1);
        if (random.nextBoolean()) {
            return joined(file, 0, from, file, from + length, file.length);
        }
        int to = random.nextInt(file.length);
        byte[] begin = joined(file, 0, to, file, from, from + length);
        return joined(begin, 0, begin.length, file, to, file.length);
    }

    /** Goes on as another video does. */
    private byte[] foreign(byte[] file, Random random) {
        byte[] other = originals.get(random.nextInt(originals.size()));
        int at = random.nextInt(Math.min(file.length, other.length));
        return joined(file, 0, at, other, at, other.length);
    }

    private static byte[] size(byte[] file, Parts.Part part, Random random) {
        // The size is before the name in MP4, and after it elsewhere.
        int head = Math.max(1, part.content() - part.start());
        return edge(file, Math.min(file.length - 1, part.start() + random.nextInt(head)), random);
    }

    private static byte[] content(byte[] file, Parts.Part part, Random random) {
        int length = part.end() - part.content();
        if (length < 1) {
            return size(file, part, random);
        }
        int at = random.nextInt(length);
        return edge(file, part.content() + (random.nextBoolean() ? at & ~3 : at), random);
    }

    private static byte[] renamed(byte[] file, Parts.Part part, Parts.Part as) {
        int length = Math.min(part.content() - part.start(), as.content() - as.start());
        byte[] head = Arrays.copyOfRange(file, as.start(), as.start() + length);
        System.arraycopy(head, 0, file, part.start(), length);
        return file;
    }

    private static byte[] copied(byte[] file, Parts.Part part, Parts.Part to, Random random) {
        byte[] rest = joined(file, 0, part.start(), file, part.end(), file.length);
        if (random.nextInt(3) == 0) {
            return rest;
        }
        // Into the other part, which may be the same: then it holds itself.
        byte[] begin = joined(file, 0, to.content(), file, part.start(), part.end());
        return joined(begin, 0, begin.length, file, to.content(), file.length);
    }

    private static byte[] joined(byte[] first, int from, int to, byte[] second, int secondFrom, int secondTo) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + secondTo - secondFrom);
        out.write(first, from, to - from);
        out.write(second, secondFrom, secondTo - secondFrom);
        return out.toByteArray();
    }
}
