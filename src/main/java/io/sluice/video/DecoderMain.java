package io.sluice.video;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.SynchronousQueue;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_imgcodecs;

/**
 * The child: answers the requests that come on standard input, one after the other, on standard output, until standard input
 * ends, which it does when the parent closes it or dies. All else that is printed goes to standard error. The one argument is the
 * name of a {@link Hardware}.
 */
final class DecoderMain {
    /** Requests are small: the largest part is the segments of a plan, 20 bytes each. */
    private static final long MAX_REQUEST_BYTES = 64 << 20;

    private DecoderMain() {}

    public static void main(String[] args) throws Exception {
        FileOutputStream protocol = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err);
        Wire.Sender sender = new Wire.Sender(protocol.getChannel());
        SynchronousQueue<Wire.Message> requests = new SynchronousQueue<>();
        Thread reader = new Thread(
                () -> read(new BufferedInputStream(new FileInputStream(FileDescriptor.in)), requests), "requests");
        reader.setDaemon(true);
        reader.start();
        loadNatives();
        FfmpegLog log = FfmpegLog.install();
        FailPoint failPoint = FailPoint.ofThisProcess();
        HardwareDevice device = HardwareDevice.open(Hardware.valueOf(args[0]), note -> send(sender, note));
        sender.send(Wire.Kind.READY, out -> {});
        while (true) {
            answer(requests.take(), sender, log, failPoint, device);
        }
    }

    private static void send(Wire.Sender sender, String note) {
        try {
            sender.send(Wire.Kind.NOTE, out -> Wire.writeText(out, note));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The two sets of libraries at once: each takes some 200 ms. */
    private static void loadNatives() throws InterruptedException {
        Thread opencv = new Thread(() -> Loader.load(opencv_imgcodecs.class), "natives");
        opencv.start();
        Loader.load(avcodec.class);
        Loader.load(avformat.class);
        Loader.load(swscale.class);
        opencv.join();
    }

    private static void answer(
            Wire.Message request, Wire.Sender sender, FfmpegLog log, FailPoint failPoint, HardwareDevice device)
            throws IOException {
        log.clear();
        int threads = Runtime.getRuntime().availableProcessors();
        try {
            switch (request.kind()) {
                case PLAN -> {
                    Wire.PlanRequest plan = Wire.readPlanRequest(request.fields());
                    Progress progress = new Progress(sender, plan.limits());
                    VideoPlan planned = new Planner(plan, log, progress, failPoint).plan();
                    sender.send(Wire.Kind.PLANNED, out -> Wire.write(out, planned));
                }
                case EXTRACT -> {
                    Wire.ExtractRequest extract = Wire.readExtractRequest(request.fields());
                    Progress progress = new Progress(sender, extract.limits());
                    SegmentResult result =
                            new Extraction(extract, log, progress, failPoint, sender, threads, device).run();
                    sender.send(Wire.Kind.DONE, out -> Wire.write(out, result));
                }
                default -> throw new IOException("a request of kind " + request.kind());
            }
        } catch (VideoException e) {
            String reason = String.valueOf(e.getMessage());
            sender.send(Wire.Kind.BAD, out -> Wire.writeText(out, reason));
        }
    }

    /** Apart from the main thread, so that the parent's end is noticed in the middle of a long request too. */
    private static void read(InputStream in, SynchronousQueue<Wire.Message> requests) {
        try {
            while (true) {
                Wire.Message request = Wire.receive(in, MAX_REQUEST_BYTES);
                if (request == null) {
                    break;
                }
                requests.put(request);
            }
        } catch (IOException e) {
            System.err.println("the parent's end of the pipe is broken: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }
}
