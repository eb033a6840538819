package io.sluice.taste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.FrameId;
import io.sluice.frame.VideoId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpinionFileTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final FrameId A = FrameId.of(VIDEO, 0, 1, 0);
    private static final FrameId B = FrameId.of(VIDEO, 0, 2, 0);
    private static final Set<FrameId> KNOWN = Set.of(A, B);

    private static Opinions read(String name, String text) {
        return OpinionFile.read(name, text, "me", KNOWN::contains);
    }

    @Test
    void csv_names_frames_by_id_or_by_file() {
        Opinions opinions = read(
                "r.csv",
                "\uFEFFframe,rating,rater\r\n" + A + ",7.5,ann\r\n\"img/10_rex dog/" + B + ".jpg\",3,\r\n\r\n");

        assertThat(opinions.ratings()).containsExactly(new Rating(A, "ann", 7.5), new Rating(B, "me", 3));
        assertThat(read("r.CSV", "better;worse\n" + A + ";" + B + "\n").preferences())
                .containsExactly(new Preference(A, B, "me"));
    }

    @Test
    void json_lines_may_hold_both() {
        Opinions opinions = read(
                "r.jsonl",
                "{\"frame\": \"" + A + "\", \"rating\": 9}\n\n{\"better\": \"" + B + ".png\", \"worse\": \"" + A
                        + "\", \"rater\": \"bob\"}\n");

        assertThat(opinions.ratings()).containsExactly(new Rating(A, "me", 9));
        assertThat(opinions.preferences()).containsExactly(new Preference(B, A, "bob"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r.csv | frame,rating/A,11 | line 2: rating '11.0' is not allowed; allowed: a number from 1 to 10",
                "r.csv | frame,rating/A,good | line 2: rating 'good' is not allowed; allowed: a number from 1 to 10",
                "r.csv | frame,rating/A,NaN | line 2: rating 'NaN'",
                "r.csv | frame,rating/A,5/nobody,5 | line 3: frame 'nobody' is not allowed; allowed: a frame's id",
                "r.csv | frame,rating/C,5 | is not in the dataset",
                "r.csv | frame,rating/A | line 2: it has frame; allowed: frame and rating, or better and worse",
                "r.csv | frame,rating/A,5,6 | line 2: 3 values; allowed: 2 at most",
                "r.csv | frame,score/A,5 | line 2: it has frame, score; allowed",
                "r.csv | better,worse/A,A | better and worse are both",
                "r.csv | frame,rating | no rating and no preference",
                "r.csv | frame,rating//A,5/A,0 | line 4: rating '0.0'",
                "r.jsonl | {\"frame\": | line 1: '{\"frame\":' is no JSON",
                "r.jsonl | [1] | line 1: '[1]' is not allowed; allowed: an object",
                "r.txt | x | allowed: names that end in .csv, .jsonl or .ndjson",
            })
    void what_is_wrong_is_named_with_its_line_and_what_is_allowed(String name, String lines, String message) {
        FrameId stranger = FrameId.of(VIDEO, 0, 3, 0);
        String text = lines.replace("/", "\n")
                .replace("A,", A + ",")
                .replace(",A", "," + A)
                .replace("\nA", "\n" + A)
                .replace("C,", stranger + ",");
        assertThatThrownBy(() -> read(name, text))
                .isInstanceOf(OpinionException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(name + ", ")
                .hasMessageEndingWith("nothing was taken of the file");
    }

    @Test
    void all_wrong_lines_are_named() {
        List<String> wrong = List.of("line 2: rating '0.0'", "line 3: rating '12.0'");
        assertThatThrownBy(() -> read("r.csv", "frame,rating\n" + A + ",0\n" + B + ",12\n"))
                .hasMessageContainingAll(wrong.toArray(String[]::new));
    }
}
