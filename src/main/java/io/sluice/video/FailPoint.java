package io.sluice.video;

import java.util.concurrent.CountDownLatch;
import org.bytedeco.javacpp.Pointer;

/**
 * Makes a child fail on purpose, so that tests see what that costs: the system property {@code sluice.decoder.fail}, which only
 * a test puts on a child's command line, is {@code abort:n}, {@code hang:n} or {@code allocate:n}; n counts decoded frames of
 * the child, from 1.
 */
final class FailPoint {
    static final String PROPERTY = "sluice.decoder.fail";

    private final String what;
    private final long frame;
    private long frames;

    private FailPoint(String what, long frame) {
        this.what = what;
        this.frame = frame;
    }

    static FailPoint ofThisProcess() {
        String value = System.getProperty(PROPERTY, "none:0");
        int colon = value.indexOf(':');
        return new FailPoint(value.substring(0, colon), Long.parseLong(value.substring(colon + 1)));
    }

    void frameDecoded() {
        if (++frames != frame) {
            return;
        }
        switch (what) {
            case "abort" -> crash();
            case "hang" -> hang();
            case "allocate" -> allocate();
            default -> throw new IllegalStateException(PROPERTY + "=" + what + ": abort, hang and allocate are known");
        }
    }

    /** Writes to the first page of memory, in native code. */
    private static void crash() {
        Pointer.memset(new Nowhere(), 0, 1);
    }

    private static void hang() {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void allocate() {
        long step = 16L << 20;
        while (true) {
            Pointer.memset(Pointer.malloc(step), 1, step);
        }
    }

    private static final class Nowhere extends Pointer {
        Nowhere() {
            address = 8;
        }
    }
}
