package io.sluice.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LookTest {
    @Test
    void looks_share_no_texture() {
        for (Textures.Stuff stuff : Textures.Stuff.values()) {
            for (Texture training : Textures.of(Look.TRAINING).all(stuff)) {
                for (Texture heldOut : Textures.of(Look.HELD_OUT).all(stuff)) {
                    int[] a = training.pixels();
                    int[] b = heldOut.pixels();
                    int same = 0;
                    for (int i = 0; i < a.length; i++) {
                        same += a[i] == b[i] ? 1 : 0;
                    }
                    assertThat(same)
                            .as("same pixels of two textures of %s", stuff)
                            .isLessThan(a.length / 4);
                }
            }
        }
    }

    @Test
    void looks_share_no_lettering_word_or_colour_value() {
        assertThat(Lettering.styles(Look.TRAINING)).doesNotContainAnyElementsOf(Lettering.styles(Look.HELD_OUT));
        assertThat(Words.signs(Look.TRAINING)).doesNotContainAnyElementsOf(Words.signs(Look.HELD_OUT));
        assertThat(Words.marks(Look.TRAINING)).doesNotContainAnyElementsOf(Words.marks(Look.HELD_OUT));
        Set<Integer> training = new HashSet<>();
        Set<Integer> heldOut = new HashSet<>();
        for (Colour colour : Colour.values()) {
            Arrays.stream(colour.values(Look.TRAINING)).forEach(training::add);
            Arrays.stream(colour.values(Look.HELD_OUT)).forEach(heldOut::add);
        }
        assertThat(training).doesNotContainAnyElementsOf(heldOut);
    }

    @Test
    void every_word_can_be_written_in_every_style() {
        List<String> words = new ArrayList<>();
        for (Look look : Look.values()) {
            words.addAll(Words.signs(look));
            words.addAll(Words.marks(look));
            for (int i = 0; i < 50; i++) {
                words.add(Words.sentence(look, Dice.of(1, i)));
            }
            for (String word : words) {
                assertThat(Lettering.writes(word)).as(word).isTrue();
            }
            for (Lettering style : Lettering.styles(look)) {
                Rectangle2D ink = style.outline("HAMBURG").getBounds2D();
                assertThat(ink.getX()).isZero();
                assertThat(ink.getHeight()).isBetween(0.95, 1.45);
                assertThat(ink.getWidth()).isGreaterThan(2.5);
            }
        }
        assertThatThrownBy(() -> Lettering.styles(Look.TRAINING).get(0).outline("50 %"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'%'");
    }

    @Test
    void sentences_outside_the_grammar_are_refused() {
        for (String wrong : List.of(
                "a dog on a street",
                "a brown dog",
                "seven brown dogs on a street",
                "a brown cat in a room",
                "a brown dog in a room at night")) {
            assertThatThrownBy(() -> Caption.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
        Caption caption = Caption.parse(
                "a brown dog walking on a street next to two people in red, an orange sign and a red house");
        assertThat(caption.place()).isEqualTo(Place.STREET);
        assertThat(caption.groups())
                .containsExactly(
                        new Caption.Group(Kind.DOG, Colour.BROWN, 1, "walking"),
                        new Caption.Group(Kind.PERSON, Colour.RED, 2, ""),
                        new Caption.Group(Kind.SIGN, Colour.ORANGE, 1, ""),
                        new Caption.Group(Kind.HOUSE, Colour.RED, 1, ""));
        assertThat(Caption.parse("an empty room").groups()).isEmpty();
    }
}
