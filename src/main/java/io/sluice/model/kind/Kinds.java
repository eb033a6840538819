package io.sluice.model.kind;

import io.sluice.model.ModelKind;
import io.sluice.model.caption.Florence2Captioner;
import io.sluice.model.caption.PictureCaptioner;
import io.sluice.model.caption.TokenCount;
import io.sluice.model.detect.DetrDetector;
import io.sluice.model.detect.NanoDetDetector;
import io.sluice.model.detect.YoloxDetector;
import io.sluice.model.embed.ClipImageEncoder;
import io.sluice.model.embed.ClipTextEncoder;
import io.sluice.model.embed.LaionHead;
import io.sluice.model.inpaint.LamaInpainter;
import io.sluice.model.inpaint.MiganInpainter;
import io.sluice.model.segment.ClassSegmenter;
import io.sluice.model.segment.EfficientSam;
import io.sluice.model.segment.SaliencySegmenter;
import io.sluice.model.segment.Sam;
import io.sluice.model.text.CtcTextReader;
import io.sluice.model.text.DbTextDetector;
import java.util.List;

/** The kinds of models that manifests may name. */
public final class Kinds {
    /** In the order in which messages list them. */
    public static final List<ModelKind<?, ?>> ALL = List.of(
            YoloxDetector.KIND,
            NanoDetDetector.KIND,
            DetrDetector.KIND,
            DbTextDetector.KIND,
            CtcTextReader.KIND,
            SaliencySegmenter.KIND,
            ClassSegmenter.KIND,
            EfficientSam.KIND,
            Sam.KIND,
            ClipImageEncoder.KIND,
            ClipTextEncoder.KIND,
            LaionHead.KIND,
            LamaInpainter.KIND,
            MiganInpainter.KIND,
            PictureCaptioner.BLIP,
            PictureCaptioner.VIT_GPT2,
            Florence2Captioner.KIND,
            TokenCount.KIND);

    private Kinds() {}
}
