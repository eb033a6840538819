package io.sluice.video;

import io.sluice.frame.FrameId;
import io.sluice.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Extracts one segment. Whether it is a whole video or one of many, the same frames come out with the same bytes, because a
 * frame belongs to a segment by its presentation time alone, and because what came before a segment is taken into account: the
 * frames that its first ones build on are decoded, and the grid cell that a frame before it has taken stays taken.
 */
final class Extraction {
    /** How many distinct times are remembered to count frames of the same time; such frames follow each other closely. */
    private static final int REMEMBERED_TIMES = 4096;

    /** The keyframe before a segment is searched in so many packets. */
    private static final int MAX_PACKETS_BEFORE = 100_000;

    /** Where decoding begins: the segment's keyframe; if its first frame is not whole then, earlier; at last, at the start. */
    private enum Approach {
        KEYFRAME,
        EARLIER,
        START
    }

    private static final long EARLIER_MICROS = 10_000_000;

    private final Wire.ExtractRequest request;
    private final FfmpegLog log;
    private final Progress progress;
    private final FailPoint failPoint;
    private final Wire.Sender sender;
    private final int threads;

    private final boolean keyframesOnly;
    private final TimeBase timeBase;
    private final Grid grid;
    private final Segment segment;
    private final long fromMicros;
    private final long toMicros;

    private final Map<Long, Integer> seen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
            return size() > REMEMBERED_TIMES;
        }
    };
    private long lastCell = Long.MIN_VALUE;
    private long lastMicros;
    private long decoded;
    private long damaged;
    private boolean misaligned;

    Extraction(
            Wire.ExtractRequest request,
            FfmpegLog log,
            Progress progress,
            FailPoint failPoint,
            Wire.Sender sender,
            int threads) {
        this.request = request;
        this.log = log;
        this.progress = progress;
        this.failPoint = failPoint;
        this.sender = sender;
        this.threads = threads;
        VideoPlan plan = request.plan();
        this.keyframesOnly = request.extract().mode() == Recipe.Mode.KEYFRAMES;
        this.timeBase = new TimeBase(plan.timeBaseNumerator(), plan.timeBaseDenominator());
        this.grid = new Grid(timeBase, plan.startTicks(), request.extract().maxFps());
        this.segment = request.segment();
        // A broken video may start with another frame than its earliest: without a range, those before it are wanted
        // too.
        this.fromMicros = request.extract().fromMicros() == 0
                ? Long.MIN_VALUE
                : request.extract().fromMicros();
        this.toMicros = request.extract().toMicros().orElse(Long.MAX_VALUE);
    }

    /** @throws VideoException if the video is not the planned one, is over a limit, or nothing of it can be decoded */
    SegmentResult run() {
        int index = request.plan().stream();
        try (Container container = open();
                Encoder encoder = new Encoder(request.encoding(), request.quality())) {
            AVStream stream = container.stream(index);
            lastCell = cellTakenBefore(container, index);
            for (Approach approach : Approach.values()) {
                try (FrameDecoder decoder = new FrameDecoder(
                                stream, request.limits(), threads, keyframesOnly, progress, failPoint);
                        Rendering rendering = new Rendering(container.context(), stream, request.limits())) {
                    if (!goTo(container, index, approach)) {
                        continue;
                    }
                    // Of an approach that turns out misaligned nothing has been delivered.
                    misaligned = false;
                    decoded = 0;
                    damaged = 0;
                    boolean last = approach == Approach.START || segment.startTicks() == Segment.FROM_THE_FIRST;
                    long read = keyframesOnly
                            ? decodeKeyframes(container, index, decoder, rendering, encoder)
                            : decodeAll(container, index, decoder, rendering, encoder, last);
                    if (!misaligned) {
                        return result(container, decoder, stream, read);
                    }
                }
            }
            throw new IllegalStateException("the approach from the start accepts every first frame");
        }
    }

    private Container open() {
        Container container = Container.open(request.path(), request.limits(), log, progress);
        int index = request.plan().stream();
        if (index >= container.streams()
                || !FrameDecoder.codecName(container.stream(index))
                        .equals(request.plan().codec())) {
            container.close();
            throw new VideoException("it is not the video that was planned: stream " + index + " is no "
                    + request.plan().codec());
        }
        container.readOnly(index);
        return container;
    }

    /** False if this approach is not possible, and another one has to be taken. */
    private boolean goTo(Container container, int index, Approach approach) {
        if (segment.startTicks() == Segment.FROM_THE_FIRST) {
            return true;
        }
        return switch (approach) {
            case KEYFRAME -> container.seek(index, segment.startTicks());
            case EARLIER -> container.seek(index, segment.startTicks() - timeBase.ticks(EARLIER_MICROS));
            case START -> {
                long first = avformat.avformat_index_get_entry(container.stream(index), 0)
                        .timestamp();
                yield container.seek(index, first);
            }
        };
    }

    /** @return decoding time of the last packet read if the file ended before the segment did, else the largest long */
    private long decodeAll(
            Container container,
            int index,
            FrameDecoder decoder,
            Rendering rendering,
            Encoder encoder,
            boolean anyFirstFrame) {
        boolean[] first = {!anyFirstFrame};
        FrameDecoder.Sink sink = frame -> {
            long ticks = FrameDecoder.ticks(frame);
            if (ticks != FrameId.NO_TICKS && ticks < segment.startTicks()) {
                return true;
            }
            if (ticks >= segment.endTicks()) {
                return false;
            }
            if (first[0] && (ticks != segment.startTicks() || FrameDecoder.isDamaged(frame, false))) {
                misaligned = true;
                return false;
            }
            first[0] = false;
            return accept(frame, ticks, rendering, encoder);
        };
        long lastRead = Long.MIN_VALUE;
        while (true) {
            AVPacket packet = container.read(index);
            if (packet != null && packet.dts() != avutil.AV_NOPTS_VALUE) {
                lastRead = packet.dts();
            }
            if (!decoder.decode(packet, sink)) {
                return Long.MAX_VALUE;
            }
            if (packet == null) {
                misaligned |= first[0];
                return lastRead;
            }
        }
    }

    /**
     * Only keyframes are given to the decoder, and of those only the first of each cell. The demuxer is not told to leave out the
     * others: that of mp4 then gives the keyframes wrong presentation times (FFmpeg 8.1).
     */
    private long decodeKeyframes(
            Container container, int index, FrameDecoder decoder, Rendering rendering, Encoder encoder) {
        FrameDecoder.Sink sink = frame -> accept(frame, FrameDecoder.ticks(frame), rendering, encoder);
        long lastRead = Long.MIN_VALUE;
        while (true) {
            AVPacket packet = container.read(index);
            if (packet == null) {
                decoder.decode(null, sink);
                return lastRead;
            }
            if (packet.dts() != avutil.AV_NOPTS_VALUE) {
                lastRead = packet.dts();
            }
            if (!isShownKeyframe(packet)) {
                continue;
            }
            long ticks = packet.pts() != avutil.AV_NOPTS_VALUE ? packet.pts() : packet.dts();
            if (ticks != FrameId.NO_TICKS) {
                if (ticks < segment.startTicks()) {
                    continue;
                }
                long micros = timeBase.micros(ticks - grid.startTicks());
                if (ticks >= segment.endTicks() || micros >= toMicros) {
                    decoder.decode(null, sink);
                    return Long.MAX_VALUE;
                }
                if (micros < fromMicros || !takesCell(ticks)) {
                    continue;
                }
            }
            if (!decoder.decode(packet, sink)) {
                return Long.MAX_VALUE;
            }
        }
    }

    private static boolean isShownKeyframe(AVPacket packet) {
        return (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0 && (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0;
    }

    /** Whether a frame of this time is the first of its cell; if so, the cell is taken from now on. */
    private boolean takesCell(long ticks) {
        long cell = grid.cell(ticks);
        if (cell == lastCell) {
            return false;
        }
        lastCell = cell;
        return true;
    }

    /** @return whether frames after this one are wanted */
    private boolean accept(AVFrame frame, long ticks, Rendering rendering, Encoder encoder) {
        if (FrameDecoder.isDamaged(frame, keyframesOnly)) {
            damaged++;
            return true;
        }
        if (++decoded > request.limits().maxFramesPerVideo()) {
            throw new VideoException("more than the allowed " + request.limits().maxFramesPerVideo() + " frames");
        }
        int ordinal = seen.merge(ticks, 1, Integer::sum) - 1;
        long micros = ticks == FrameId.NO_TICKS ? lastMicros : timeBase.micros(ticks - grid.startTicks());
        lastMicros = micros;
        if (micros >= toMicros) {
            return false;
        }
        // Of keyframes the cell was settled by their packets.
        if (micros < fromMicros || ticks != FrameId.NO_TICKS && !keyframesOnly && !takesCell(ticks)) {
            return true;
        }
        Rendering.Shape shape = rendering.shape(frame);
        encoder.encode(rendering.render(frame), bytes -> {
            ExtractedFrame extracted = new ExtractedFrame(
                    ticks, ordinal, micros, shape.width(), shape.height(), encoder.mediaType(), new byte[0]);
            try {
                sender.send(Wire.Kind.FRAME, out -> Wire.writeHead(out, extracted), bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return true;
    }

    /**
     * The cell of the segment's first frame if a frame before the segment is in it too, and so has taken it; else none. Found
     * from the times of packets, without decoding: of all frames before the segment the last one decides.
     */
    private long cellTakenBefore(Container container, int index) {
        long start = segment.startTicks();
        long none = Long.MIN_VALUE;
        if (start == Segment.FROM_THE_FIRST || grid.cell(start) != grid.cell(start - 1)) {
            return none;
        }
        if (!container.seek(index, start)) {
            return none;
        }
        AVPacket keyframe = container.read(index);
        if (keyframe == null || !container.seek(index, keyframe.dts() - 1)) {
            return none;
        }
        long last = none;
        for (int i = 0; i < MAX_PACKETS_BEFORE; i++) {
            AVPacket packet = container.read(index);
            if (packet == null || packet.dts() >= start) {
                break;
            }
            boolean counts =
                    keyframesOnly ? isShownKeyframe(packet) : (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0;
            if (counts && packet.pts() != avutil.AV_NOPTS_VALUE && packet.pts() < start) {
                last = Math.max(last, packet.pts());
            }
        }
        boolean taken = last != none
                && timeBase.micros(last - grid.startTicks()) >= fromMicros
                && grid.cell(last) == grid.cell(start);
        return taken ? grid.cell(start) : none;
    }

    /** @param lastRead decoding time of the last packet if the file ended too early, else the largest long */
    private SegmentResult result(Container container, FrameDecoder decoder, AVStream stream, long lastRead) {
        long missing = missing(stream, lastRead);
        long lost = decoder.errors() + damaged + container.failures() + missing;
        boolean whole =
                request.plan().segments().size() == 1 && fromMicros == Long.MIN_VALUE && toMicros == Long.MAX_VALUE;
        if (decoded == 0 && lost > 0 && whole) {
            throw new VideoException("no frame can be decoded: "
                    + log.overLimit().orElseGet(() -> decoder.errors() > 0 ? decoder.lastError() : PlainWords.BROKEN));
        }
        List<String> warnings = new ArrayList<>();
        if (lost > 0) {
            warnings.add(lost + (lost == 1 ? " frame" : " frames") + " could not be decoded"
                    + log.overLimit().map(words -> ": " + words).orElse(""));
        }
        if (missing == 0 && lastRead != Long.MAX_VALUE && segment.endTicks() == Segment.TO_THE_END) {
            Shortfall.of(stream, container, request.plan(), whole && !keyframesOnly ? decoded : 0)
                    .ifPresent(warnings::add);
        }
        log.messages().forEach(message -> warnings.add("ffmpeg: " + message));
        return new SegmentResult(decoded, warnings);
    }

    /** Frames of this segment that the index names after the last packet that could be read. */
    private long missing(AVStream stream, long lastRead) {
        if (lastRead == Long.MAX_VALUE || !request.plan().container().equals(Container.MOV)) {
            return 0;
        }
        long after = Math.max(
                lastRead, segment.startTicks() == Segment.FROM_THE_FIRST ? lastRead : segment.startTicks() - 1);
        long missing = 0;
        int count = avformat.avformat_index_get_entries_count(stream);
        for (int i = 0; i < count; i++) {
            AVIndexEntry entry = avformat.avformat_index_get_entry(stream, i);
            boolean counts = (entry.flags() & AVIndexEntry.AVINDEX_DISCARD_FRAME) == 0
                    && (!keyframesOnly || (entry.flags() & AVIndexEntry.AVINDEX_KEYFRAME) != 0);
            if (counts && entry.timestamp() > after && entry.timestamp() < segment.endTicks()) {
                missing++;
            }
        }
        return missing;
    }
}
