package io.sluice.video;

import io.sluice.frame.FrameId;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Delivers the first keyframe of each cell of the grid. No other packet is given to the decoder. The demuxer is not told to leave
 * out the others: that of mp4 then gives the keyframes wrong presentation times (FFmpeg 8.1).
 */
final class KeyframePass {
    private final Container container;
    private final FrameDecoder decoder;
    private final FrameSequence sequence;
    private final Grid grid;
    private final Consumer<ShownFrame> delivery;
    private final Wire.ExtractRequest request;
    private final long fromMicros;
    private final long toMicros;

    private long takenCell;
    private long decoded;
    private long damaged;

    /** @param takenCell the cell that a keyframe before the segment has taken; any lower number for none */
    KeyframePass(
            Container container,
            FrameDecoder decoder,
            FrameSequence sequence,
            Grid grid,
            long takenCell,
            Wire.ExtractRequest request,
            Consumer<ShownFrame> delivery) {
        this.container = container;
        this.decoder = decoder;
        this.sequence = sequence;
        this.grid = grid;
        this.takenCell = takenCell;
        this.request = request;
        this.delivery = delivery;
        this.fromMicros = Extraction.from(request.extract());
        this.toMicros = request.extract().toMicros().orElse(Long.MAX_VALUE);
    }

    /** From where the container is. */
    Pass run() {
        long lastRead = Pass.NOTHING;
        while (true) {
            AVPacket packet = container.read(request.plan().stream());
            boolean over = packet != null && isOver(packet);
            if (packet == null || over) {
                decoder.decode(null, this::decoded);
                return new Pass(
                        decoded, damaged, decoder.errors(), decoder.lastError(), over ? Pass.NOT_ENDED : lastRead);
            }
            lastRead = Pass.lastRead(lastRead, packet);
            if (Packets.isShownKeyframe(packet) && isWanted(packet)) {
                sequence.read(packet);
                if (Packets.isInstantRefresh(
                        packet, container.stream(request.plan().stream()).codecpar())) {
                    decoder.decode(packet, this::decoded);
                } else {
                    decoder.decodeAlone(packet, this::decoded);
                }
            }
        }
    }

    /** Whether the packet is a keyframe after the segment or the range. */
    private boolean isOver(AVPacket packet) {
        long ticks = Packets.time(packet);
        return Packets.isShownKeyframe(packet)
                && ticks != FrameId.NO_TICKS
                && (ticks >= request.segment().endTicks() || micros(ticks) >= toMicros);
    }

    private boolean isWanted(AVPacket packet) {
        long ticks = Packets.time(packet);
        if (ticks == FrameId.NO_TICKS) {
            return grid.lastCell() == Long.MAX_VALUE;
        }
        if (ticks < request.segment().startTicks() || micros(ticks) < fromMicros || grid.cell(ticks) == takenCell) {
            return false;
        }
        takenCell = grid.cell(ticks);
        return true;
    }

    private long micros(long ticks) {
        return grid.timeBase().micros(ticks - grid.startTicks());
    }

    private boolean decoded(AVFrame frame) {
        if (FrameDecoder.isDamaged(frame, true)) {
            damaged++;
            return true;
        }
        if (++decoded > request.limits().maxFramesPerVideo()) {
            throw new VideoException("more than the allowed " + request.limits().maxFramesPerVideo() + " frames");
        }
        return sequence.next(frame, this::shown);
    }

    /** Neighbours of a keyframe that was decoded alone are not known. */
    private boolean shown(ShownFrame frame) {
        delivery.accept(frame);
        return true;
    }
}
