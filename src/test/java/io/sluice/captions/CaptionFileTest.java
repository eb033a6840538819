package io.sluice.captions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.FrameId;
import io.sluice.frame.VideoId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptionFileTest {
    private static final FrameId A = id(0);
    private static final FrameId B = id(1);
    private static final FrameId UNKNOWN = id(9);
    private static final Set<FrameId> KNOWN = Set.of(A, B);
    private static final CaptionRules RULES = new CaptionRules(text -> text.split(" ").length, 6);

    private static FrameId id(int number) {
        return FrameId.of(new VideoId("ab".repeat(32)), 0, number, 0);
    }

    private static Map<FrameId, String> read(String name, String text) {
        return CaptionFile.read(name, text.replace("A:", A.value()).replace("B:", B.value()), KNOWN::contains, RULES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"captions.csv", "captions.jsonl", "CAPTIONS.NDJSON"})
    void what_goes_out_comes_in_again(String name) {
        List<Line> lines = List.of(
                new Line(A, "img/10_rex/a.jpg", "rex, a \"good\" dog; \u00e9\u72ac", "rex"),
                new Line(B, "img/10_rex/b.jpg", "'=1+1 \\n \\ #", null));
        Map<FrameId, String> read = CaptionFile.read(name, CaptionFile.write(name, lines), KNOWN::contains, RULES);
        assertThat(read)
                .containsOnly(
                        Map.entry(A, lines.get(0).caption()),
                        Map.entry(B, lines.get(1).caption()));
    }

    @Test
    void csv_is_quoted_where_it_must_be() {
        assertThat(CaptionFile.write("c.csv", List.of(new Line(A, "f.jpg", "rex, \"x\"", "rex"))))
                .isEqualTo("frame,file,caption,machine\n" + A + ",f.jpg,\"rex, \"\"x\"\"\",rex\n");
    }

    @Test
    void spreadsheets_may_add_columns_marks_and_blank_lines() {
        assertThat(read("c.csv", "\uFEFFnote;Caption;FRAME\r\nx; rex on grass ;A:\r\n;;\r\n"))
                .containsExactly(Map.entry(A, "rex on grass"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "frame,caption~A:,rex~nonsense,rex | line 3; 'nonsense'; frame id",
                "frame,caption~A:,rex~A:,dog | line 3; line 2; allowed: one",
                "frame,caption~A:, | line 2; empty; allowed",
                "frame,caption~A:,one two three four five six seven | line 2; 7 tokens; allowed: 6",
                "frame,caption~A:,rex, a dog | line 2; 3 values; quotes",
                "id,text~A:,rex | line 1; [id, text]; frame and caption",
                "frame,caption~A:,\"two~lines\" | line 2; line breaks",
                "frame,caption | line 1; no caption",
            })
    void a_wrong_line_is_named_and_nothing_is_taken(String text, String words) {
        assertThatThrownBy(() -> read("c.csv", text.replace('~', '\n')))
                .isInstanceOf(CaptionException.class)
                .message()
                .contains(words.split("; "))
                .contains("c.csv", "nothing was changed");
    }

    @Test
    void all_wrong_lines_are_named() {
        assertThatThrownBy(() -> read(
                        "c.jsonl",
                        "{\"frame\":\"" + UNKNOWN + "\",\"caption\":\"x\"}\n{\"frame\":1}\n{\n"
                                + "{\"frame\":\"A:\",\"caption\":\"a\\nb\"}\n"
                                + "{\"frame\":\"B:\",\"caption\":\"right\"}\n"))
                .message()
                .contains(
                        "line 1: frame '" + UNKNOWN + "' is not in the dataset",
                        "line 2: allowed",
                        "line 3: no JSON",
                        "line 4",
                        "line breaks")
                .doesNotContain("line 5");
        assertThatThrownBy(() -> read("c.txt", "x")).hasMessageContainingAll("c.txt", ".csv", ".jsonl");
    }

    @Test
    void text_is_replaced_as_it_is_written_and_a_pattern_by_its_groups() {
        List<Line> lines = List.of(
                new Line(A, "a.jpg", "rex. a dog on grass", "x"), new Line(B, "b.jpg", "rexa dog, a  dog", "x"));
        assertThat(Replacement.ofText("rex.", "max").apply(lines, RULES))
                .containsExactly(Map.entry(A, "max a dog on grass"));
        assertThat(Replacement.ofText("rex.", "$1\\").apply(lines, RULES))
                .containsExactly(Map.entry(A, "$1\\ a dog on grass"));
        assertThat(Replacement.ofRegex("a (dog)\\b", "the $1").apply(lines, RULES))
                .containsExactly(Map.entry(A, "rex. the dog on grass"), Map.entry(B, "rexthe dog, a dog"));
        assertThat(Replacement.ofText("cat", "dog").apply(lines, RULES)).isEmpty();
    }

    @Test
    void a_replacement_that_leaves_a_caption_no_trainer_takes_is_refused() {
        List<Line> lines = List.of(new Line(A, "a.jpg", "rex", "x"), new Line(B, "b.jpg", "rex dog", "x"));
        assertThatThrownBy(() -> Replacement.ofText("rex", "").apply(lines, RULES))
                .isInstanceOf(CaptionException.class)
                .hasMessageContainingAll(A.value(), "empty");
        assertThatThrownBy(() -> Replacement.ofText("rex", "1 2 3 4 5 6").apply(lines, RULES))
                .hasMessageContainingAll(B.value(), "7 tokens");
        assertThatThrownBy(() -> Replacement.ofRegex("(", "x")).hasMessageContainingAll("'('", "regular expression");
        assertThatThrownBy(() -> Replacement.ofRegex("rex", "$1").apply(lines, RULES))
                .hasMessageContaining("'$1'");
        assertThatThrownBy(() -> Replacement.ofText("", "x")).hasMessageContaining("empty");
    }

    @Test
    void statistics_count_compare_and_find_forbidden_words() {
        FrameId c = id(2);
        FrameId d = id(3);
        FrameId e = id(4);
        List<Line> lines = List.of(
                new Line(A, "a.jpg", "Rex, a dog on green grass", "rex, a dog on green grass"),
                new Line(B, "b.jpg", "rex, a dog on grass", "rex, a dog on grass"),
                new Line(c, "c.jpg", "a sofa", "a sofa"),
                new Line(d, "d.jpg", "a sofa", "a sofa"),
                new Line(e, "e.jpg", "a sofabed", null));

        CaptionStatistics found =
                CaptionStatistics.of(lines, text -> text.split(" ").length, List.of("SOFA", "cat"), 0.8);

        assertThat(found.captions()).isEqualTo(5);
        assertThat(found.edited()).as("the machine wrote rex small").isEqualTo(1);
        assertThat(found.meanTokens()).isEqualTo((6 + 5 + 2 + 2 + 2) / 5.0);
        assertThat(found.mostTokens()).isEqualTo(6);
        assertThat(found.words().get(0)).isEqualTo(new CaptionStatistics.Count("a", 5));
        assertThat(found.words()).contains(new CaptionStatistics.Count("rex", 2));
        assertThat(found.tags())
                .startsWith(new CaptionStatistics.Count("a sofa", 2), new CaptionStatistics.Count("rex", 2));
        assertThat(found.identical()).containsExactly(new CaptionStatistics.Count("a sofa", 2));
        assertThat(found.near()).singleElement().satisfies(pair -> {
            assertThat(pair.jaccard()).isEqualTo(5 / 6.0);
            assertThat(pair.one()).isEqualTo(A);
            assertThat(pair.other()).isEqualTo(B);
        });
        assertThat(found.forbidden()).containsExactly(Map.entry("SOFA", List.of(c, d)));
    }
}
