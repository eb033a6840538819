package io.sluice.video;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Decodes all frames of a segment, and what is needed from before and after, and shows them to a selection.
 *
 * <p>Of a frame that builds on a broken one, FFmpeg's decoders say or do not say that it is broken too, depending on which of
 * their threads comes first. So a pass with several threads ends when something is wrong within the segment: what has been
 * shown by then is built on whole frames, because threads hand out frames in order and complain before they do.
 */
final class FullPass {
    private final Container container;
    private final FrameDecoder decoder;
    private final FrameSequence sequence;
    private final Selection selection;
    private final Wire.ExtractRequest request;
    private final boolean strict;
    private final @Nullable FfmpegLog doubts;
    private final long fromMicros;
    private final long toMicros;

    private boolean aligned;
    private boolean misaligned;
    private boolean rangeBegan;
    private boolean ended;
    private boolean within;
    private boolean uncertain;
    private long errorsBefore;
    private long decoded;
    private long damaged;

    /**
     * @param strict whether the segment's first frame must be whole and at its time, and enough known from before it
     * @param doubts where FFmpeg complains, if what it says of broken frames is not certain; null if it is
     */
    FullPass(
            Container container,
            FrameDecoder decoder,
            FrameSequence sequence,
            Selection selection,
            Wire.ExtractRequest request,
            boolean strict,
            @Nullable FfmpegLog doubts) {
        this.container = container;
        this.decoder = decoder;
        this.sequence = sequence;
        this.selection = selection;
        this.request = request;
        this.strict = strict;
        this.doubts = doubts;
        this.fromMicros = Extraction.from(request.extract());
        this.toMicros = request.extract().toMicros().orElse(Long.MAX_VALUE);
    }

    /**
     * From where the container is.
     *
     * @return null if decoding has to begin earlier; then nothing has been delivered. {@link Pass#UNCERTAIN} if it has to be done
     *     again on one thread, for frames after those that have been delivered
     */
    @Nullable
    Pass run() {
        long lastRead = Pass.NOTHING;
        while (true) {
            AVPacket packet = container.read(request.plan().stream());
            if (packet != null) {
                lastRead = Pass.lastRead(lastRead, packet);
                sequence.read(packet);
            }
            boolean more = decoder.decode(packet, this::decoded);
            if (uncertain || within && isDoubtful()) {
                return Pass.UNCERTAIN;
            }
            if (more && packet != null) {
                continue;
            }
            if (more) {
                more = sequence.end(this::shown);
            }
            misaligned |= strict && !aligned;
            if (misaligned) {
                return null;
            }
            if (more || ended) {
                selection.end();
            }
            return new Pass(decoded, damaged, decoder.errors(), decoder.lastError(), more ? lastRead : Pass.NOT_ENDED);
        }
    }

    private boolean decoded(AVFrame frame) {
        if (!FrameDecoder.isDamaged(frame, false)) {
            return sequence.next(frame, this::shown);
        }
        if (sequence.place(FrameDecoder.ticks(frame)) == ShownFrame.Place.WITHIN) {
            if (strict && !aligned) {
                misaligned = true;
                return false;
            }
            if (doubts != null) {
                uncertain = true;
                return false;
            }
            damaged++;
        }
        return true;
    }

    private boolean shown(ShownFrame frame) {
        ShownFrame.Position position = frame.position();
        if (position.place() != ShownFrame.Place.BEFORE && strict && !aligned) {
            aligned = position.ticks() == request.segment().startTicks() && isInformed(frame);
            if (!aligned) {
                misaligned = true;
                return false;
            }
        }
        if (within && isDoubtful()) {
            uncertain = true;
            return false;
        }
        if (!within && position.place() == ShownFrame.Place.WITHIN) {
            within = true;
            errorsBefore = doubts == null ? 0 : doubts.errors();
        }
        if (position.place() == ShownFrame.Place.WITHIN
                && ++decoded > request.limits().maxFramesPerVideo()) {
            throw new VideoException("more than the allowed " + request.limits().maxFramesPerVideo() + " frames");
        }
        if (position.micros() < fromMicros) {
            rangeBegan = true;
            return true;
        }
        if (position.micros() >= toMicros) {
            ended = true;
            return false;
        }
        return selection.next(frame);
    }

    /** Whether FFmpeg has complained since the segment's first frame, or given up on a packet. */
    private boolean isDoubtful() {
        return doubts != null && (doubts.errors() > errorsBefore || decoder.errors() > 0);
    }

    private boolean isInformed(ShownFrame first) {
        boolean neighbourKnown = first.previous() != null || !sequence.hasNeighbours(first.frame());
        return neighbourKnown && (rangeBegan || selection.isInformed());
    }
}
