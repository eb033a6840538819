package io.sluice.video;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * What FFmpeg complains of during one request: the first few different messages, without the addresses that would make them
 * differ from run to run, and those that tell of a limit. FFmpeg calls from its own threads, hence the locks.
 */
final class FfmpegLog extends LogCallback {
    private static final int MAX_MESSAGES = 6;
    private static final int MAX_LENGTH = 200;
    private static final Pattern ADDRESS = Pattern.compile(" @ 0x[0-9a-f]+\\]");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}]+");
    private static final Pattern TOO_LARGE =
            Pattern.compile("Picture size (\\d+x\\d+) exceeds specified max pixel count (\\d+)");
    private static final Pattern TOO_MANY =
            Pattern.compile("Number of (?:streams|tracks) exceeds max_streams[^(]*\\((\\d+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("Skipped opening external track: .*? path='([^']*)'");

    private static final Pattern CLOCK = Pattern.compile("Invalid (?:mdhd|mvhd|sidx)? ?time ?scale (-?\\d+)");

    /** Held for as long as the process lives: FFmpeg calls it, and a callback that was collected would end the process. */
    private static final FfmpegLog OF_THIS_PROCESS = new FfmpegLog();

    private final Set<String> messages = new LinkedHashSet<>();
    private long errors;
    private @Nullable String overLimit;
    private @Nullable String elsewhere;
    private @Nullable String clock;

    private FfmpegLog() {}

    /** The log of this process, emptied, and from now on in place of FFmpeg's own on standard error. */
    static FfmpegLog install() {
        avutil.av_log_set_level(avutil.AV_LOG_WARNING);
        avutil.setLogCallback(OF_THIS_PROCESS);
        OF_THIS_PROCESS.clear();
        return OF_THIS_PROCESS;
    }

    @Override
    public void call(int level, BytePointer text) {
        String message = CONTROL.matcher(ADDRESS.matcher(text.getString()).replaceAll("]"))
                .replaceAll(" ")
                .strip();
        Matcher large = TOO_LARGE.matcher(message);
        Matcher many = TOO_MANY.matcher(message);
        Matcher other = ELSEWHERE.matcher(message);
        Matcher broken = CLOCK.matcher(message);
        synchronized (messages) {
            if (level <= avutil.AV_LOG_ERROR) {
                errors++;
            }
            if (large.find()) {
                overLimit = "pictures of " + large.group(1) + ": " + large.group(2) + " pixels are allowed";
            } else if (many.find()) {
                overLimit = "more than " + many.group(1) + " streams: " + many.group(1) + " are allowed";
            } else if (other.find()) {
                elsewhere = "its pictures lie in another file ('" + other.group(1) + "'), and other files are not read";
            } else if (broken.find()) {
                clock = "its clock is broken (" + broken.group(1)
                        + " ticks a second): times of frames are made up, and frames may be missing";
            } else if (level <= avutil.AV_LOG_ERROR && !message.isEmpty() && messages.size() < MAX_MESSAGES) {
                messages.add(message.substring(0, Math.min(message.length(), MAX_LENGTH)));
            }
        }
    }

    void clear() {
        synchronized (messages) {
            messages.clear();
            overLimit = null;
            elsewhere = null;
            clock = null;
        }
    }

    /** How many errors FFmpeg has told of since the process started, equal ones included. */
    long errors() {
        synchronized (messages) {
            return errors;
        }
    }

    List<String> messages() {
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    /** The limit that something was over and that FFmpeg has kept, in words; empty if there was none. */
    Optional<String> overLimit() {
        synchronized (messages) {
            return Optional.ofNullable(overLimit);
        }
    }

    /** That the pictures are not in this file, in words; empty if they are. */
    Optional<String> elsewhere() {
        synchronized (messages) {
            return Optional.ofNullable(elsewhere);
        }
    }

    /** That the video's times are none, in words; empty if they are. */
    Optional<String> clock() {
        synchronized (messages) {
            return Optional.ofNullable(clock);
        }
    }

    /** FFmpeg's text of an error code. */
    static String text(int error) {
        byte[] text = new byte[avutil.AV_ERROR_MAX_STRING_SIZE];
        avutil.av_strerror(error, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** What an error means to a person, and in brackets FFmpeg's own words. */
    String reason(int error) {
        List<String> all = messages();
        String own = all.isEmpty() ? text(error) : all.get(all.size() - 1);
        return PlainWords.of(error, all) + " (FFmpeg: " + own + ")";
    }
}
