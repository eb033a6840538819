package io.sluice.model;

import io.sluice.model.ModelManifest.Resize;
import java.util.List;
import java.util.Locale;

/** Which adapter understands a model's tensors. */
public enum ModelKind {
    /** YOLOX as Megvii exports it, boxes not decoded; see {@link YoloxDetector}. */
    YOLOX(Role.DETECT, true, Resize.LETTERBOX_TOP_LEFT, Resize.LETTERBOX_CENTRE, Resize.STRETCH),
    /** NanoDet with its distribution over distances; see {@link NanoDetDetector}. */
    NANODET(Role.DETECT, true, Resize.LETTERBOX_TOP_LEFT, Resize.LETTERBOX_CENTRE, Resize.STRETCH),
    /** Differentiable binarisation, as PP-OCR finds text; see {@link DbTextDetector}. */
    DB_TEXT(Role.TEXT_DETECT, false, Resize.LIMIT_SIDE);

    private final Role role;
    private final boolean labelled;
    private final List<Resize> resizes;

    ModelKind(Role role, boolean labelled, Resize... resizes) {
        this.role = role;
        this.labelled = labelled;
        this.resizes = List.of(resizes);
    }

    public Role role() {
        return role;
    }

    /** Whether the manifest must list labels. */
    public boolean labelled() {
        return labelled;
    }

    /** The resize rules that the adapter can follow. */
    public List<Resize> resizes() {
        return resizes;
    }

    /** As manifests write it: {@code yolox}, {@code nanodet}, {@code db-text}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
