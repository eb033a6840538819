package io.sluice.assess;

import io.sluice.assess.Standing.Fate;
import io.sluice.frame.Frame;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.sheet.ContactSheet;
import io.sluice.sheet.ContactSheet.Cell;
import io.sluice.sheet.ContactSheet.Layout;
import io.sluice.sheet.ContactSheet.Section;
import io.sluice.store.FrameStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Frames around the borders, as a contact sheet: for each scale that decides something those that are just kept and those that are
 * just rejected, nearest to the border first; then, for each reason without a scale, those that came nearest to being kept.
 */
public final class BorderSheet {
    private static final double MICROS = 1e6;

    private final FrameStore store;

    public BorderSheet(FrameStore store) {
        this.store = store;
    }

    /** @param frames of each side of a border at most */
    public ContactSheet of(Assessment assessment, int frames) {
        List<Section> sections = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        for (Gauge gauge : assessment.gauges()) {
            Scale scale = gauge.scale();
            if (gauge.justRejected().isEmpty()) {
                continue;
            }
            shown.addAll(scale.reasons());
            String border = scale.threshold().isPresent()
                    ? ", " + scale.side().words + " "
                            + AssessmentText.number(scale.threshold().getAsDouble())
                    : "";
            String heading = scale.name() + " (" + scale.key() + border + ")";
            if (!gauge.justKept().isEmpty()) {
                sections.add(new Section(
                        heading + ": just kept",
                        "nearest to the border first",
                        Layout.SMALL,
                        gauge.justKept().stream()
                                .limit(frames)
                                .map(frame -> cell(
                                        frame.frame(),
                                        AssessmentText.number(
                                                scale.score().apply(frame).orElseThrow())))
                                .toList(),
                        Math.max(0, gauge.justKept().size() - frames)));
            }
            sections.add(rejected(heading + ": just rejected", gauge.justRejected(), frames));
        }
        for (Outlook.Reason reason : assessment.outlook().reasons()) {
            if (!shown.contains(reason.word())) {
                shown.add(reason.word());
                sections.add(rejected(
                        reason.stage().word() + ": " + reason.word(),
                        assessment.outlook().closest(reason.word()),
                        frames));
            }
        }
        Outlook outlook = assessment.outlook();
        return new ContactSheet(
                assessment.dataset() + ": borders",
                outlook.count(Fate.KEPT) + " of " + outlook.standings().size() + " frames kept",
                List.of(),
                sections,
                "");
    }

    private Section rejected(String heading, List<Standing> standings, int frames) {
        return new Section(
                heading,
                "nearest to being kept first",
                Layout.SMALL,
                standings.stream()
                        .limit(frames)
                        .map(standing -> cell(standing.frame(), why(standing)))
                        .toList(),
                Math.max(0, standings.size() - frames));
    }

    private static String why(Standing standing) {
        return standing.rejection()
                .map(rejection -> rejection.reason() + ": " + AssessmentText.number(rejection.score()) + ", border "
                        + AssessmentText.number(rejection.threshold()))
                .orElse("");
    }

    private static Image nothing() {
        return new Image(16, 9, new byte[3 * 16 * 9]);
    }

    private Cell cell(Frame frame, String text) {
        boolean there = store.has(frame.image());
        return new Cell(
                frame.id().value(),
                there ? () -> ImageCodec.decode(store.get(frame.image())) : BorderSheet::nothing,
                Optional.empty(),
                there ? text : text + "; its picture is not in the store any more",
                String.format(Locale.ROOT, "%.2f s", frame.timeMicros() / MICROS));
    }
}
