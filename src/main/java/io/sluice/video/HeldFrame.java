package io.sluice.video;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** A decoded frame that several hold; the last one to release it gives its memory back. */
final class HeldFrame {
    private final AVFrame frame;
    private int holders = 1;

    private HeldFrame(AVFrame frame) {
        this.frame = frame;
    }

    /** Takes over what is in {@code frame}, which is empty afterwards. */
    static HeldFrame take(AVFrame frame) {
        AVFrame own = avutil.av_frame_alloc();
        avutil.av_frame_move_ref(own, frame);
        return new HeldFrame(own);
    }

    AVFrame frame() {
        return frame;
    }

    HeldFrame hold() {
        holders++;
        return this;
    }

    void release() {
        if (--holders == 0) {
            avutil.av_frame_free(frame);
        }
    }
}
