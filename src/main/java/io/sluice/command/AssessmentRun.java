package io.sluice.command;

import io.sluice.assess.AssessmentJson;
import io.sluice.assess.AssessmentText;
import io.sluice.assess.Goal;
import io.sluice.curation.DatasetAssessment;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Shows how a dataset stands. Changes nothing. */
@ApplicationScoped
public class AssessmentRun {
    private final DatasetAssessment assessment;
    private final PrintStream out = System.out;

    AssessmentRun(DatasetAssessment assessment) {
        this.assessment = assessment;
    }

    /**
     * @param settings of the recipe that are tried; empty for none
     * @return the exit code
     */
    int show(
            String dataset, Map<String, String> settings, Optional<Goal> goal, Optional<Path> sheetFolder, boolean json)
            throws IOException {
        DatasetAssessment.Found found = assessment.of(dataset, settings, goal);
        if (json) {
            out.println(AssessmentJson.of(found.assessment(), found.whatIf(), found.suggestions())
                    .toPrettyString());
        } else {
            out.print(AssessmentText.render(found.assessment(), found.note(), found.whatIf(), found.suggestions()));
        }
        if (sheetFolder.isPresent()) {
            Path html = SheetFiles.write(assessment.sheet(found.assessment()), sheetFolder.get());
            if (!json) {
                out.println("\nContact sheet: " + html.toAbsolutePath().normalize());
            }
        }
        return ExitCode.COMPLETED;
    }
}
