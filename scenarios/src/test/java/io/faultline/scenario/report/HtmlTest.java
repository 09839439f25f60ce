package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HtmlTest {

    @Test
    void escapesWhatIsNotMarkup() {
        assertThat(Html.of("<p title=\"{}\">{}</p>", "\" onclick=\"alert(1)", "<b>&amp;\u0007")
                        .markup())
                .isEqualTo("<p title=\"&quot; onclick=&quot;alert(1)\">&lt;b&gt;&amp;amp;␇</p>");
        assertThat(Html.of("<p>{}</p>", Optional.of("<b>")).markup()).isEqualTo("<p>&lt;b&gt;</p>");
        assertThat(Html.of("<p>{}</p>", Stream.of("<b>", "&")).markup()).isEqualTo("<p>&lt;b&gt;&amp;</p>");
    }

    @Test
    void keepsMarkupAsItIs() {
        assertThat(Html.of("<p>{}</p>", Stream.of(Html.of("<b>{}</b>", 1), Html.of("<br/>")))
                        .markup())
                .isEqualTo("<p><b>1</b><br/></p>");
        assertThat(Html.of("<p>{}</p>", Optional.empty()).markup()).isEqualTo("<p></p>");
    }

    @Test
    void fillsNothingThatAValueSays() {
        assertThat(Html.of("{} {}", "{} $1 \\", "{style}").markup()).isEqualTo("{} $1 \\ {style}");
    }

    @Test
    void refusesValuesTooManyAndTooFew() {
        assertThatThrownBy(() -> Html.of("{}", 1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Html.of("{}{}", 1)).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> Html.ofResource("page.html", Map.of()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("counts");
    }
}
