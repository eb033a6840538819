package io.sluice.video;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avformat.AVStream;

/** Renders chosen frames, encodes them and sends them to the parent. */
final class Delivery implements Consumer<ShownFrame>, AutoCloseable {
    private final Rendering rendering;
    private final Encoder encoder;
    private final Wire.Sender sender;
    private long delivered;

    Delivery(Container container, AVStream stream, Wire.ExtractRequest request, Wire.Sender sender) {
        this.rendering = new Rendering(
                container.context(), stream, request.limits(), request.plan().crop());
        this.encoder = new Encoder(request.encoding(), request.quality());
        this.sender = sender;
    }

    /** Frames that were delivered. */
    long delivered() {
        return delivered;
    }

    @Override
    public void accept(ShownFrame frame) {
        delivered++;
        ShownFrame.Position position = frame.position();
        Rendering.Shape shape = rendering.shape(frame.frame());
        encoder.encode(rendering.render(frame.previous(), frame.frame(), frame.next()), bytes -> {
            ExtractedFrame extracted = new ExtractedFrame(
                    position.ticks(),
                    position.ordinal(),
                    position.micros(),
                    shape.width(),
                    shape.height(),
                    encoder.mediaType(),
                    new byte[0]);
            try {
                sender.send(Wire.Kind.FRAME, out -> Wire.writeHead(out, extracted), bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() {
        rendering.close();
        encoder.close();
    }
}
