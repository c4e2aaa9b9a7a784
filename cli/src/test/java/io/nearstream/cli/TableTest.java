package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table("NAME", ">HITS").row("a", 1_000).row("longer", 7);

        assertThat(printed(table)).containsExactly("NAME    HITS", "a       1000", "longer     7");
    }

    @Test
    void controlCharactersOfForeignTextAreNotPrinted() {
        assertThat(printed(new Table("ID").row("a\u001b[2J\nb"))).containsExactly("ID", "a?[2J?b");
    }

    @Test
    void everyRowHasEveryColumn() {
        Table table = new Table("A", "B");

        assertThatThrownBy(() -> table.row(1)).hasMessageContaining("2 cells, but has 1");
    }

    private static String[] printed(Table table) {
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text));
        return text.toString().lines().toArray(String[]::new);
    }
}
