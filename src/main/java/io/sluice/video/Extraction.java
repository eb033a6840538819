package io.sluice.video;

import io.sluice.frame.FrameId;
import io.sluice.recipe.Recipe;
import io.sluice.video.FrameSequence.Neighbours;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avformat;

/**
 * Extracts one segment. Whether it is a whole video or one of many, the same frames come out with the same bytes, because a
 * frame belongs to a segment by its presentation time alone, and because what came before a segment is taken into account: the
 * frames that its first ones build on are decoded, and the grid cell that a frame before it has taken stays taken.
 */
final class Extraction {
    private static final long NO_CELL = Long.MIN_VALUE;

    private final Wire.ExtractRequest request;
    private final FfmpegLog log;
    private final Progress progress;
    private final FailPoint failPoint;
    private final Wire.Sender sender;
    private final int threads;
    private final HardwareDevice device;

    private final Recipe.Extract extract;
    private final VideoPlan plan;
    private final Segment segment;
    private final TimeBase timeBase;
    private final Grid grid;

    /** Whether nothing but keyframes is decoded. */
    private final boolean keyframesOnly;

    Extraction(
            Wire.ExtractRequest request,
            FfmpegLog log,
            Progress progress,
            FailPoint failPoint,
            Wire.Sender sender,
            int threads,
            HardwareDevice device) {
        this.request = request;
        this.log = log;
        this.progress = progress;
        this.failPoint = failPoint;
        this.sender = sender;
        this.threads = threads;
        this.device = device;
        this.extract = request.extract();
        this.plan = request.plan();
        this.segment = request.segment();
        this.timeBase = new TimeBase(plan.timeBaseNumerator(), plan.timeBaseDenominator());
        this.grid = Grid.of(timeBase, plan.startTicks(), plan.durationMicros(), extract);
        this.keyframesOnly = extract.decodesKeyframesOnly();
    }

    /** @throws VideoException if the video is not the planned one, is over a limit, or nothing of it can be decoded */
    SegmentResult run() {
        long sent = 0;
        int decoding = threads;
        while (true) {
            try (Container container = open()) {
                AVStream stream = container.stream(plan.stream());
                try (Delivery delivery = new Delivery(container, stream, request, sender, threads, sent)) {
                    Pass pass = keyframesOnly ? keyframes(container, delivery) : all(container, delivery, decoding);
                    delivery.finish();
                    sent = delivery.delivered();
                    if (!pass.isUncertain()) {
                        return result(container, stream, pass, sent);
                    }
                }
            }
            decoding = 1;
            log.clear();
        }
    }

    private Container open() {
        Container container = Container.open(request.path(), request.limits(), log, progress);
        int index = plan.stream();
        if (index >= container.streams()
                || !FrameDecoder.codecName(container.stream(index)).equals(plan.codec())) {
            container.close();
            throw new VideoException(
                    "it is not the video that was planned: stream " + index + " is no " + plan.codec());
        }
        container.readOnly(index);
        return container;
    }

    private Pass keyframes(Container container, Delivery delivery) {
        long takenCell = takenCell(container, true);
        for (Approach approach : Approach.values()) {
            if (approach.go(container, plan.stream(), segment, timeBase, 0)) {
                try (FrameDecoder decoder = decoder(container, true, threads);
                        FrameSequence sequence =
                                new FrameSequence(segment, timeBase, plan.startTicks(), Neighbours.NONE)) {
                    return new KeyframePass(container, decoder, sequence, grid, takenCell, request, delivery).run();
                }
            }
        }
        throw unreachable();
    }

    private Pass all(Container container, Delivery delivery, int decoding) {
        Neighbours neighbours =
                Neighbours.of(container.stream(plan.stream()).codecpar().field_order());
        long takenCell = looksAtPackets() ? takenCell(container, extract.mode() == Recipe.Mode.KEYFRAMES) : NO_CELL;
        for (Approach approach : Approach.values()) {
            try (Thumbnails thumbnails = new Thumbnails(extract.mode() == Recipe.Mode.SCENE);
                    Selection selection = selection(takenCell, thumbnails, delivery)) {
                long lookback = Math.max(selection.lookbackMicros(), neighbours == Neighbours.ALL ? 1 : 0);
                if (!approach.go(container, plan.stream(), segment, timeBase, lookback)) {
                    continue;
                }
                boolean strict = approach != Approach.START && segment.startTicks() != Segment.FROM_THE_FIRST;
                try (FrameDecoder decoder = decoder(container, false, decoding);
                        FrameSequence sequence = new FrameSequence(segment, timeBase, plan.startTicks(), neighbours)) {
                    FfmpegLog doubts = decoding > 1 ? log : null;
                    Pass pass = new FullPass(container, decoder, sequence, selection, request, strict, doubts).run();
                    if (pass != null) {
                        return pass;
                    }
                }
            }
        }
        throw unreachable();
    }

    private VideoException unreachable() {
        return new VideoException("segment " + segment.index() + " cannot be reached: its start is at no keyframe");
    }

    private FrameDecoder decoder(Container container, boolean independent, int decoding) {
        return new FrameDecoder(
                container.stream(plan.stream()), request.limits(), decoding, independent, progress, failPoint, device);
    }

    private Selection selection(long takenCell, Thumbnails thumbnails, Delivery delivery) {
        return switch (extract.mode()) {
            case KEYFRAMES -> new KeyframeSelection(grid, takenCell, delivery);
            case RATE -> new RateSelection(grid, takenCell, thumbnails, delivery);
            case SCENE -> new SceneSelection(grid, segment, extract.perShot(), thumbnails, delivery);
        };
    }

    /** The other selections look back at frames. */
    private boolean looksAtPackets() {
        return extract.mode() == Recipe.Mode.KEYFRAMES || extract.mode() == Recipe.Mode.RATE && !grid.hasMinimum();
    }

    /**
     * The cell of the segment's first frame if a frame before the segment is in it too, and so has taken it; else none. Found
     * from the times of packets, without decoding: of all frames before the segment the last one decides.
     */
    private long takenCell(Container container, boolean keyframes) {
        long start = segment.startTicks();
        if (start == Segment.FROM_THE_FIRST || grid.cell(start) != grid.cell(start - 1)) {
            return NO_CELL;
        }
        long last = Packets.lastBefore(container, plan.stream(), segment, plan.codec(), keyframes);
        boolean taken = last != FrameId.NO_TICKS
                && timeBase.micros(last - plan.startTicks()) >= from(extract)
                && grid.cell(last) == grid.cell(start);
        return taken ? grid.cell(start) : NO_CELL;
    }

    /**
     * Where the range begins. A broken video may start with another frame than its earliest: without a range, those before it are
     * wanted too, unless their number is limited.
     */
    static long from(Recipe.Extract extract) {
        return extract.fromMicros() == 0 && extract.limit().isEmpty() ? Long.MIN_VALUE : extract.fromMicros();
    }

    private SegmentResult result(Container container, AVStream stream, Pass pass, long delivered) {
        long missing = missing(stream, pass.lastRead());
        long lost = pass.errors() + pass.damaged() + container.failures() + missing;
        boolean whole = plan.segments().size() == 1
                && extract.fromMicros() == 0
                && extract.toMicros().isEmpty();
        if (pass.decoded() == 0 && lost == 0 && whole && keyframesOnly) {
            throw new VideoException(
                    "none of its frames is marked as a keyframe: extract.mode rate takes the others too");
        }
        if (pass.decoded() == 0 && whole) {
            throw new VideoException("no frame can be decoded: "
                    + log.overLimit().orElseGet(() -> pass.errors() > 0 ? pass.lastError() : PlainWords.BROKEN));
        }
        if (delivered == 0 && whole) {
            throw new VideoException("none of its decoded frames (" + pass.decoded()
                    + ") has a time to choose it by: extract.mode rate without a limit takes them all the same");
        }
        List<String> warnings = new ArrayList<>();
        if (lost > 0) {
            warnings.add(lost + (lost == 1 ? " frame" : " frames") + " could not be decoded"
                    + log.overLimit().map(words -> ": " + words).orElse(""));
        }
        if (missing == 0 && pass.lastRead() != Pass.NOT_ENDED && segment.endTicks() == Segment.TO_THE_END) {
            Shortfall.of(stream, container, plan, whole && !keyframesOnly ? pass.decoded() : 0)
                    .ifPresent(warnings::add);
        }
        log.messages().forEach(message -> warnings.add("ffmpeg: " + message));
        return new SegmentResult(pass.decoded(), warnings);
    }

    /** Frames of this segment that the index names after the last packet that could be read. */
    private long missing(AVStream stream, long lastRead) {
        if (lastRead == Pass.NOT_ENDED || !plan.container().equals(Container.MOV)) {
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
