package org.keras4j.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.models.Model;
import org.keras4j.training.data.Batch;

/**
 * Rows with the outputs of a model behind them, made some at a time.
 *
 * @param id of the model's bytes
 * @param places where the columns that are read are in a row, in the order of {@code columns.names()}
 * @param rows how many go through the model together
 */
record Predict(
    Broadcast<byte[]> model,
    String id,
    String backend,
    Columns columns,
    List<Integer> places,
    List<OutputType> outputs,
    int rows)
    implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> all) {
    return new Iterator<>() {
      private Iterator<Row> ready = List.<Row>of().iterator();

      @Override
      public boolean hasNext() {
        if (!ready.hasNext() && all.hasNext()) {
          List<Row> some = new ArrayList<>(rows);
          while (some.size() < rows && all.hasNext()) {
            some.add(all.next());
          }
          ready = predicted(some).iterator();
        }
        return ready.hasNext();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return ready.next();
      }
    };
  }

  private List<Row> predicted(List<Row> some) {
    if (!Keras.backend().name().equals(backend)) {
      Keras.setBackend(backend);
    }
    Model m = ModelCache.get(id, model::value);
    RowTable table = new RowTable(some.stream().map(this::read).iterator(), columns.names());
    Batch b = columns.source(table, some.size()).iterator().next();
    List<NDArray> results = new ArrayList<>();
    for (Object o : Nest.flatten(m.predictOnBatch(b.x()))) {
      results.add((NDArray) o);
    }
    List<Row> out = new ArrayList<>(some.size());
    for (int i = 0; i < some.size(); i++) {
      Row r = some.get(i);
      Object[] cells = new Object[r.size() + outputs.size()];
      for (int k = 0; k < r.size(); k++) {
        cells[k] = r.get(k);
      }
      for (int k = 0; k < outputs.size(); k++) {
        cells[r.size() + k] = outputs.get(k).cell(results.get(k), i);
      }
      out.add(RowFactory.create(cells));
    }
    return out;
  }

  private Row read(Row r) {
    return RowFactory.create(places.stream().map(r::get).toArray());
  }
}
