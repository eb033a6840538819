package io.sluice.video;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the boxes of an MP4 file, the elements of a Matroska file, the chunks of an AVI file and the packets of a transport stream
 * lie, so that tests can break them one at a time. Of other files there are none.
 */
final class Parts {
    /**
     * @param name four letters, or an element's id as hexadecimal digits
     * @param start of its name or its size, whichever comes first
     * @param content after name and size
     * @param end exclusive, within the file
     */
    record Part(String name, int start, int content, int end) {}

    private static final int MAX_DEPTH = 12;
    private static final int TS_PACKET = 188;

    /** Boxes that hold boxes, and how many bytes come before the first of them. */
    private static final Map<String, Integer> BOXES = Map.ofEntries(
            Map.entry("moov", 0),
            Map.entry("trak", 0),
            Map.entry("mdia", 0),
            Map.entry("minf", 0),
            Map.entry("stbl", 0),
            Map.entry("edts", 0),
            Map.entry("dinf", 0),
            Map.entry("mvex", 0),
            Map.entry("moof", 0),
            Map.entry("traf", 0),
            Map.entry("udta", 0),
            Map.entry("stsd", 8),
            Map.entry("dref", 8),
            Map.entry("mp4v", 78),
            Map.entry("avc1", 78),
            Map.entry("hvc1", 78),
            Map.entry("hev1", 78),
            Map.entry("jpeg", 78),
            Map.entry("av01", 78));

    /** Elements that hold elements: EBML, Segment, SeekHead, Seek, Info, Tracks, TrackEntry, Video, Cluster, BlockGroup, Cues... */
    private static final Set<String> MASTERS = Set.of(
            "1A45DFA3",
            "18538067",
            "114D9B74",
            "4DBB",
            "1549A966",
            "1654AE6B",
            "AE",
            "E0",
            "1F43B675",
            "A0",
            "1C53BB6B",
            "BB",
            "B7",
            "1254C367",
            "7373",
            "67C8",
            "6D80",
            "6240",
            "55B0");

    private Parts() {}

    /** In the order of their starts. */
    static List<Part> of(byte[] file) {
        List<Part> parts = new ArrayList<>();
        if (file.length < 12) {
            return parts;
        }
        String first = text(file, 0);
        if (text(file, 4).equals("ftyp") || text(file, 4).equals("moov")) {
            boxes(file, 0, file.length, 0, parts);
        } else if (file[0] == 0x1a && file[1] == 0x45) {
            elements(file, 0, file.length, 0, parts);
        } else if (first.equals("RIFF")) {
            chunks(file, 0, file.length, 0, parts);
        } else if (file[0] == 0x47 && file.length > TS_PACKET && file[TS_PACKET] == 0x47) {
            for (int at = 0; at + TS_PACKET <= file.length; at += TS_PACKET) {
                parts.add(new Part("ts", at, at + 4, at + TS_PACKET));
            }
        }
        return parts;
    }

    /** The first part of this name. */
    static Part find(byte[] file, String name) {
        return of(file).stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no part " + name));
    }

    /** A Matroska element of this id, its size in eight bytes. */
    static byte[] element(String id, byte[] content) {
        byte[] name = HexFormat.of().parseHex(id);
        return ByteBuffer.allocate(name.length + 8 + content.length)
                .put(name)
                .putLong(0x0100000000000000L | content.length)
                .put(content)
                .array();
    }

    /** A box of this type. */
    static byte[] box(String type, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .putInt(8 + content.length)
                .put(type.getBytes(StandardCharsets.ISO_8859_1))
                .put(content)
                .array();
    }

    /** Puts other bytes in the place of a box or element; those around it get the sizes that this makes. */
    static byte[] replace(byte[] file, Part part, byte[] with) {
        List<Part> around = of(file).stream()
                .filter(other -> other.content() <= part.start() && other.end() >= part.end())
                .sorted(Comparator.comparing(Part::start).reversed())
                .toList();
        boolean matroska = file[0] == 0x1a;
        Part inner = part;
        byte[] bytes = with;
        for (Part outer : around) {
            byte[] content = spliced(file, outer.content(), outer.end(), inner, bytes);
            bytes = matroska ? element(outer.name(), content) : box(outer.name(), content);
            inner = outer;
        }
        return spliced(file, 0, file.length, inner, bytes);
    }

    private static byte[] spliced(byte[] file, int from, int to, Part part, byte[] with) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, from, part.start() - from);
        out.writeBytes(with);
        out.write(file, part.end(), to - part.end());
        return out.toByteArray();
    }

    private static void boxes(byte[] file, int from, int to, int depth, List<Part> parts) {
        int at = from;
        while (at + 8 <= to && depth < MAX_DEPTH) {
            long size = ByteBuffer.wrap(file).getInt(at) & 0xffffffffL;
            int end = size < 8 || at + size > to ? to : (int) (at + size);
            String type = text(file, at + 4);
            parts.add(new Part(type, at, at + 8, end));
            Integer skip = BOXES.get(type);
            if (skip != null) {
                boxes(file, at + 8 + skip, end, depth + 1, parts);
            }
            at = end;
        }
    }

    private static void elements(byte[] file, int from, int to, int depth, List<Part> parts) {
        int at = from;
        while (at + 2 <= to && depth < MAX_DEPTH) {
            int idBytes = Math.min(4, Integer.numberOfLeadingZeros((file[at] & 0xff) << 24 | 1 << 19) + 1);
            int sizeAt = at + idBytes;
            if (sizeAt >= to) {
                break;
            }
            int sizeBytes = Math.min(8, Integer.numberOfLeadingZeros((file[sizeAt] & 0xff) << 24 | 1 << 16) + 1);
            if (sizeAt + sizeBytes > to) {
                break;
            }
            long size = file[sizeAt] & 0xff >> sizeBytes;
            boolean unknown = size == 0xff >> sizeBytes;
            for (int i = 1; i < sizeBytes; i++) {
                size = (size << 8) | (file[sizeAt + i] & 0xff);
                unknown &= file[sizeAt + i] == (byte) 0xff;
            }
            int content = sizeAt + sizeBytes;
            int end = unknown || size < 0 || size > to - content ? to : (int) (content + size);
            String id = HexFormat.of().withUpperCase().formatHex(file, at, sizeAt);
            parts.add(new Part(id, at, content, end));
            if (MASTERS.contains(id)) {
                elements(file, content, end, depth + 1, parts);
            }
            at = end;
        }
    }

    private static void chunks(byte[] file, int from, int to, int depth, List<Part> parts) {
        int at = from;
        while (at + 8 <= to && depth < MAX_DEPTH) {
            long size = Integer.reverseBytes(ByteBuffer.wrap(file).getInt(at + 4)) & 0xffffffffL;
            int end = size > to - at - 8 ? to : (int) (at + 8 + size);
            String name = text(file, at);
            parts.add(new Part(name, at, at + 8, end));
            if (name.equals("RIFF") || name.equals("LIST")) {
                chunks(file, at + 12, end, depth + 1, parts);
            }
            at = end + (end & 1);
        }
    }

    private static String text(byte[] file, int at) {
        return new String(file, at, 4, StandardCharsets.ISO_8859_1);
    }
}
