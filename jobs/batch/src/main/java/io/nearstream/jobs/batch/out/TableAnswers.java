package io.nearstream.jobs.batch.out;

import io.nearstream.jobs.batch.message.Hits;
import java.io.IOException;
import java.util.List;

/** A row for each hit: query, rank from 1, id, distance. */
final class TableAnswers implements AnswerWriter {
    static final List<Table.Column> COLUMNS =
            List.of(
                    Table.Column.of("query", Table.Type.TEXT),
                    Table.Column.of("rank", Table.Type.INTEGER),
                    Table.Column.of("id", Table.Type.TEXT),
                    Table.Column.of("distance", Table.Type.NUMBER));

    private final Table table;
    private final RowNames base;
    private final RowNames queries;

    TableAnswers(Table table, RowNames base, RowNames queries) {
        this.table = table;
        this.base = base;
        this.queries = queries;
    }

    @Override
    public void write(Hits hits) throws IOException {
        int k = hits.k();
        for (int query = 0; query < hits.count(); query++) {
            String name = queries.of(Math.toIntExact(hits.first() + query));
            for (int i = 0; i < k && hits.rows()[query * k + i] != Hits.NONE; i++) {
                table.row(
                        name,
                        i + 1,
                        base.of(hits.rows()[query * k + i]),
                        hits.scores()[query * k + i]);
            }
        }
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
