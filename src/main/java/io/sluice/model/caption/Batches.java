package io.sluice.model.caption;

import io.sluice.model.CaptionAnswer;
import io.sluice.model.CaptionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;

/** Splits requests into batches of one size, the last one filled up with its last request, so that all compute the same shapes. */
final class Batches {
    private Batches() {}

    /**
     * @param answer for a full batch, and a clock that says when its patience is over
     * @return an answer for each request, in their order
     */
    static List<CaptionAnswer> answer(
            List<CaptionRequest> requests,
            int size,
            BiFunction<List<CaptionRequest>, BooleanSupplier, List<CaptionAnswer>> answer) {
        List<CaptionAnswer> answers = new ArrayList<>();
        for (int from = 0; from < requests.size(); ) {
            List<CaptionRequest> batch = new ArrayList<>();
            int beams = requests.get(from).beams();
            while (batch.size() < size
                    && from + batch.size() < requests.size()
                    && requests.get(from + batch.size()).beams() == beams) {
                batch.add(requests.get(from + batch.size()));
            }
            int asked = batch.size();
            Duration patience = batch.stream().map(CaptionRequest::patience).reduce(Duration.ZERO, Duration::plus);
            long start = System.nanoTime();
            while (batch.size() < size) {
                batch.add(batch.get(asked - 1));
            }
            answers.addAll(answer.apply(batch, () -> System.nanoTime() - start > patience.toNanos())
                    .subList(0, asked));
            from += asked;
        }
        return answers;
    }
}
