package io.sluice.video;

import io.sluice.recipe.Recipe;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The messages between parent and child: a length and a CRC-32 of four bytes each, a kind of one, then fields as
 * {@link DataOutputStream} writes them, pixels last and raw. The checksum is there because a virtual machine that crashes prints
 * its report on standard output, maybe into the middle of a frame. Fields are written by hand and not as JSON: both ends are of one build, and the child starts a
 * quarter of a second sooner without a JSON library.
 */
final class Wire {
    enum Kind {
        /** To the child: plan this video. */
        PLAN,
        /** To the child: extract this segment. */
        EXTRACT,
        /** From the child: started, natives loaded. */
        READY,
        /** From the child: still at it. */
        PROGRESS,
        /** From the child: something that a person should know of, and needs to be told once. */
        NOTE,
        /** From the child: the plan; ends the request. */
        PLANNED,
        /** From the child: one frame. */
        FRAME,
        /** From the child: the segment's result; ends the request. */
        DONE,
        /** From the child: the reason why the video is bad; ends the request. */
        BAD
    }

    private static final int PREFIX_BYTES = 2 * Integer.BYTES;

    /** What comes is no message; {@link #rest} is what came. */
    static final class BrokenMessageException extends IOException {
        private static final long serialVersionUID = 1;

        private final String rest;

        BrokenMessageException(String message, byte[] rest) {
            super(message);
            this.rest = new String(rest, StandardCharsets.UTF_8);
        }

        String rest() {
            return rest;
        }
    }

    /** @param fields positioned at the first field */
    record Message(Kind kind, DataInputStream fields) {}

    interface Fields {
        void write(DataOutputStream out) throws IOException;
    }

    /** @param segmentMicros length that segments have about */
    record PlanRequest(String path, DecoderLimits limits, Recipe.Extract extract, long segmentMicros) {}

    record ExtractRequest(
            String path,
            DecoderLimits limits,
            VideoPlan plan,
            Segment segment,
            Recipe.Extract extract,
            Recipe.Encoding encoding,
            int quality) {}

    /** One end's way out. Not thread-safe. */
    static final class Sender {
        private final WritableByteChannel channel;

        Sender(WritableByteChannel channel) {
            this.channel = channel;
        }

        void send(Kind kind, Fields fields) throws IOException {
            send(kind, fields, ByteBuffer.allocate(0));
        }

        void send(Kind kind, Fields fields, ByteBuffer raw) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeLong(0);
            out.writeByte(kind.ordinal());
            fields.write(out);
            ByteBuffer head = ByteBuffer.wrap(bytes.toByteArray());
            CRC32 checksum = new CRC32();
            checksum.update(head.array(), PREFIX_BYTES, head.limit() - PREFIX_BYTES);
            checksum.update(raw.duplicate());
            head.putInt(0, head.limit() - PREFIX_BYTES + raw.remaining());
            head.putInt(Integer.BYTES, (int) checksum.getValue());
            for (ByteBuffer part : List.of(head, raw)) {
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
        }
    }

    private Wire() {}

    /**
     * The next message, or null if the other end has closed.
     *
     * @throws BrokenMessageException if the stream ends within a message, or holds something else than messages
     */
    static @Nullable Message receive(InputStream in, long maxBytes) throws IOException {
        byte[] prefix = in.readNBytes(PREFIX_BYTES);
        if (prefix.length == 0) {
            return null;
        }
        if (prefix.length < PREFIX_BYTES) {
            throw new BrokenMessageException("the stream ended within a message's length", prefix);
        }
        int length = ByteBuffer.wrap(prefix).getInt();
        if (length < 1 || length > maxBytes) {
            throw new BrokenMessageException(
                    "a message of " + length + " bytes: 1 to " + maxBytes + " are allowed", prefix);
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new BrokenMessageException(
                    "the stream ended after " + bytes.length + " of a message's " + length + " bytes", bytes);
        }
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        if ((int) checksum.getValue() != ByteBuffer.wrap(prefix).getInt(Integer.BYTES)) {
            throw new BrokenMessageException("a message's checksum is wrong", bytes);
        }
        if (bytes[0] < 0 || bytes[0] >= Kind.values().length) {
            throw new IOException("a message of the unknown kind " + bytes[0]);
        }
        DataInputStream fields = new DataInputStream(new ByteArrayInputStream(bytes, 1, length - 1));
        return new Message(Kind.values()[bytes[0]], fields);
    }

    static void write(DataOutputStream out, PlanRequest request) throws IOException {
        writeText(out, request.path());
        write(out, request.limits());
        write(out, request.extract());
        out.writeLong(request.segmentMicros());
    }

    static PlanRequest readPlanRequest(DataInputStream in) throws IOException {
        return new PlanRequest(readText(in), readLimits(in), readExtract(in), in.readLong());
    }

    static void write(DataOutputStream out, ExtractRequest request) throws IOException {
        writeText(out, request.path());
        write(out, request.limits());
        write(out, request.plan());
        write(out, request.segment());
        write(out, request.extract());
        out.writeByte(request.encoding().ordinal());
        out.writeInt(request.quality());
    }

    static ExtractRequest readExtractRequest(DataInputStream in) throws IOException {
        return new ExtractRequest(
                readText(in),
                readLimits(in),
                readPlan(in),
                readSegment(in),
                readExtract(in),
                Recipe.Encoding.values()[in.readByte()],
                in.readInt());
    }

    static void write(DataOutputStream out, VideoPlan plan) throws IOException {
        writeText(out, plan.container());
        writeText(out, plan.codec());
        out.writeInt(plan.stream());
        out.writeInt(plan.timeBaseNumerator());
        out.writeInt(plan.timeBaseDenominator());
        out.writeLong(plan.startTicks());
        out.writeLong(plan.durationMicros());
        out.writeInt(plan.width());
        out.writeInt(plan.height());
        out.writeInt(plan.rotationDegrees());
        write(out, plan.crop());
        out.writeInt(plan.segments().size());
        for (Segment segment : plan.segments()) {
            write(out, segment);
        }
        writeTexts(out, plan.warnings());
    }

    static VideoPlan readPlan(DataInputStream in) throws IOException {
        String container = readText(in);
        String codec = readText(in);
        int stream = in.readInt();
        int numerator = in.readInt();
        int denominator = in.readInt();
        long start = in.readLong();
        long duration = in.readLong();
        int width = in.readInt();
        int height = in.readInt();
        int rotation = in.readInt();
        Crop crop = readCrop(in);
        int count = in.readInt();
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segments.add(readSegment(in));
        }
        return new VideoPlan(
                container,
                codec,
                stream,
                numerator,
                denominator,
                start,
                duration,
                width,
                height,
                rotation,
                crop,
                segments,
                readTexts(in));
    }

    private static void write(DataOutputStream out, @Nullable Crop crop) throws IOException {
        out.writeBoolean(crop != null);
        if (crop != null) {
            out.writeInt(crop.pictureWidth());
            out.writeInt(crop.pictureHeight());
            out.writeInt(crop.left());
            out.writeInt(crop.top());
            out.writeInt(crop.width());
            out.writeInt(crop.height());
        }
    }

    private static @Nullable Crop readCrop(DataInputStream in) throws IOException {
        return in.readBoolean()
                ? new Crop(in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt())
                : null;
    }

    /** All of a frame but its bytes, which follow raw. */
    static void writeHead(DataOutputStream out, ExtractedFrame frame) throws IOException {
        out.writeLong(frame.ticks());
        out.writeInt(frame.ordinal());
        out.writeLong(frame.timeMicros());
        out.writeInt(frame.width());
        out.writeInt(frame.height());
        writeText(out, frame.mediaType());
    }

    static ExtractedFrame readFrame(DataInputStream in) throws IOException {
        return new ExtractedFrame(
                in.readLong(),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                readText(in),
                in.readAllBytes());
    }

    static void write(DataOutputStream out, SegmentResult result) throws IOException {
        out.writeLong(result.decodedFrames());
        writeTexts(out, result.warnings());
    }

    static SegmentResult readResult(DataInputStream in) throws IOException {
        return new SegmentResult(in.readLong(), readTexts(in));
    }

    /** Text of any length, unlike {@link DataOutputStream#writeUTF}. */
    static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            writeText(out, text);
        }
    }

    private static List<String> readTexts(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(readText(in));
        }
        return texts;
    }

    private static void write(DataOutputStream out, Segment segment) throws IOException {
        out.writeInt(segment.index());
        out.writeLong(segment.startTicks());
        out.writeLong(segment.endTicks());
    }

    private static Segment readSegment(DataInputStream in) throws IOException {
        return new Segment(in.readInt(), in.readLong(), in.readLong());
    }

    private static void write(DataOutputStream out, Recipe.Extract extract) throws IOException {
        out.writeByte(extract.mode().ordinal());
        out.writeDouble(extract.minFps().orElse(0));
        out.writeDouble(extract.maxFps());
        out.writeLong(extract.fromMicros());
        out.writeBoolean(extract.toMicros().isPresent());
        out.writeLong(extract.toMicros().orElse(0L));
        out.writeInt(extract.limit().orElse(0));
        out.writeInt(extract.perShot());
        out.writeBoolean(extract.cropBlackBars());
    }

    private static Recipe.Extract readExtract(DataInputStream in) throws IOException {
        Recipe.Mode mode = Recipe.Mode.values()[in.readByte()];
        double minFps = in.readDouble();
        double maxFps = in.readDouble();
        long from = in.readLong();
        boolean hasEnd = in.readBoolean();
        long to = in.readLong();
        int limit = in.readInt();
        return new Recipe.Extract(
                mode,
                minFps == 0 ? OptionalDouble.empty() : OptionalDouble.of(minFps),
                maxFps,
                from,
                hasEnd ? Optional.of(to) : Optional.empty(),
                limit == 0 ? OptionalInt.empty() : OptionalInt.of(limit),
                in.readInt(),
                in.readBoolean());
    }

    private static void write(DataOutputStream out, DecoderLimits limits) throws IOException {
        out.writeInt(limits.maxHeapMegabytes());
        out.writeInt(limits.maxMemoryMegabytes());
        out.writeInt(limits.stallSeconds());
        out.writeLong(limits.maxPixels());
        out.writeLong(limits.maxFileBytes());
        out.writeLong(limits.maxDurationMicros());
        out.writeLong(limits.maxFramesPerVideo());
        out.writeInt(limits.maxStreams());
        out.writeDouble(limits.maxDecodeSecondsPerSecond());
        out.writeLong(limits.decodeFloorMicros());
    }

    private static DecoderLimits readLimits(DataInputStream in) throws IOException {
        return new DecoderLimits(
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readDouble(),
                in.readLong());
    }
}
