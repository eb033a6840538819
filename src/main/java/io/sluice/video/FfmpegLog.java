package io.sluice.video;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * What FFmpeg complains of during one request: the first few different messages, without the addresses that would make them
 * differ from run to run. FFmpeg calls from its own threads, hence the locks.
 */
final class FfmpegLog extends LogCallback {
    private static final int MAX_MESSAGES = 6;
    private static final int MAX_LENGTH = 200;
    private static final Pattern ADDRESS = Pattern.compile(" @ 0x[0-9a-f]+\\]");

    private final Set<String> messages = new LinkedHashSet<>();

    /** The log of this process, from now on in place of FFmpeg's own on standard error. */
    static FfmpegLog install() {
        avutil.av_log_set_level(avutil.AV_LOG_ERROR);
        FfmpegLog log = new FfmpegLog();
        avutil.setLogCallback(log);
        return log;
    }

    @Override
    public void call(int level, BytePointer text) {
        String message = ADDRESS.matcher(text.getString()).replaceAll("]").strip();
        synchronized (messages) {
            if (!message.isEmpty() && messages.size() < MAX_MESSAGES) {
                messages.add(message.substring(0, Math.min(message.length(), MAX_LENGTH)));
            }
        }
    }

    void clear() {
        synchronized (messages) {
            messages.clear();
        }
    }

    List<String> messages() {
        synchronized (messages) {
            return List.copyOf(messages);
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

    /** The text of an error code, and in brackets what was complained of last. */
    String reason(int error) {
        List<String> all = messages();
        return text(error) + (all.isEmpty() ? "" : " (" + all.get(all.size() - 1) + ")");
    }
}
