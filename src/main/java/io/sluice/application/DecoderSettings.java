package io.sluice.application;

import io.quarkus.runtime.configuration.MemorySize;
import io.sluice.video.DecoderLimits;
import java.math.BigInteger;
import java.time.Duration;

/** The decoder's limits from the settings, each checked. */
final class DecoderSettings {
    private static final long MEGABYTE = 1L << 20;

    /** A child is a Java process, and a picture of a small video has to fit into it. */
    private static final long MIN_HEAP = 32 * MEGABYTE;

    private static final long MIN_MEMORY = 256 * MEGABYTE;

    /** OpenCV and swscale count the bytes of a picture in 32 bits. */
    private static final long MAX_PIXELS = 1L << 29;

    private DecoderSettings() {}

    /** @throws SettingsException if a setting is out of its range */
    static int processes(Settings.Decoder decoder) {
        return (int) within("processes", decoder.processes(), 1, 1024);
    }

    /** @throws SettingsException if a setting is out of its range */
    static DecoderLimits limits(Settings.Decoder decoder) {
        return new DecoderLimits(
                (int) (bytes("max-heap", decoder.maxHeap(), MIN_HEAP, Integer.MAX_VALUE * MEGABYTE) / MEGABYTE),
                (int) (bytes("max-memory", decoder.maxMemory(), MIN_MEMORY, Integer.MAX_VALUE * MEGABYTE) / MEGABYTE),
                (int) (micros("stall-time", decoder.stallTime(), Duration.ofSeconds(1), Duration.ofDays(1))
                        / 1_000_000),
                within("max-pixels", decoder.maxPixels(), 1, MAX_PIXELS),
                bytes("max-file-size", decoder.maxFileSize(), 1, Long.MAX_VALUE),
                micros("max-duration", decoder.maxDuration(), Duration.ofSeconds(1), Duration.ofDays(36_500)),
                within("max-frames", decoder.maxFrames(), 1, Long.MAX_VALUE),
                (int) within("max-streams", decoder.maxStreams(), 1, 1_000_000),
                rate(decoder.maxDecodeSecondsPerSecond()),
                micros("decode-floor", decoder.decodeFloor(), Duration.ofMillis(1), Duration.ofDays(36_500)));
    }

    private static double rate(double value) {
        if (!(value > 0 && value <= 1e6)) {
            throw wrong("max-decode-seconds-per-second", value, "more than 0, up to 1000000");
        }
        return value;
    }

    private static long within(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw wrong(key, value, max == Long.MAX_VALUE ? min + " or more" : min + " to " + max);
        }
        return value;
    }

    private static long bytes(String key, MemorySize size, long min, long max) {
        BigInteger value = size.asBigInteger();
        if (value.compareTo(BigInteger.valueOf(min)) < 0 || value.compareTo(BigInteger.valueOf(max)) > 0) {
            throw wrong(
                    key,
                    value + " bytes",
                    min % MEGABYTE == 0 ? min / MEGABYTE + "M or more, as in 3G" : min + " or more, as in 3G");
        }
        return value.longValueExact();
    }

    private static long micros(String key, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw wrong(key, words(value), words(min) + " to " + words(max) + ", as in 90s, 2m or 24h");
        }
        return value.toSeconds() * 1_000_000 + value.toNanosPart() / 1000;
    }

    private static String words(Duration duration) {
        return duration.toNanosPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() / 1000.0 + "s";
    }

    private static SettingsException wrong(String key, Object value, String allowed) {
        return new SettingsException("setting sluice.decoder." + key + " is " + value + ": allowed is " + allowed);
    }
}
