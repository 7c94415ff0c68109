package org.keras4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.keras4j.benchmarks.networks.SmallNetworks;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.SGD;

/** How cost grows with one size at a time: a row for each, of what is done once and of a call. */
public final class Growth {
  private final int most;
  private final BenchOptions options;
  private final Consumer<Row> rows;

  private Growth(int most, BenchOptions options, Consumer<Row> rows) {
    this.most = most;
    this.options = options;
    this.rows = rows;
  }

  /**
   * Measures all curves.
   *
   * @param most the most layers of a chain; the other sizes end where they are a hundredth of it, or where they always do
   * @param options of the measurement
   * @param rows gets a row for each size, as soon as it is there
   * @throws IOException if a model cannot be stored
   */
  public static void run(int most, BenchOptions options, Consumer<Row> rows) throws IOException {
    Growth g = new Growth(most, options, rows);
    g.units();
    g.batch();
    g.vocabulary();
    g.inputs();
    g.models();
    g.shapes();
    g.layers(); // last, since the longest chains take longest
  }

  private Row row(String curve, int size) {
    return Row.of("growth", 1, options).put("curve", curve).put("size", size);
  }

  private void emit(Row row) {
    rows.accept(row.put("resident_mb", Machine.residentMb()).finish());
  }

  private static double once(Runnable r) {
    long start = System.nanoTime();
    r.run();
    return Row.round(Samples.seconds(start) * 1e3, 2);
  }

  private static double call(Runnable r) {
    return Row.round(Samples.take(k -> r.run(), 1, 20, 1).median(), 4);
  }

  private static NDArray zeros(long... dims) {
    return NDArray.zeros(DType.FLOAT32, Shape.of(dims));
  }

  private void each(int[] sizes, int limit, IntConsumer body) {
    for (int n : sizes) {
      if (n <= limit) {
        body.accept(n);
      }
    }
  }

  private void layers() throws IOException {
    Path file = Files.createTempFile("keras4j-growth", ".keras");
    try {
      each(new int[] {3, 50, 500, 1500, 5000}, most, n -> {
        List<Model> made = new ArrayList<>();
        double build = once(() -> made.add(SmallNetworks.chain(n)));
        Model m = made.get(0);
        NDArray x = zeros(1, 8);
        Row row = row("layers", n)
            .put("build_ms", build)
            .put("summary_ms", once(m::summary))
            .put("save_ms", once(() -> m.save(file)))
            .put("load_ms", once(() -> made.add(Model.load(file))))
            .put("first_ms", once(() -> m.predictOnBatch(x)));
        emit(row.put("call_ms", call(() -> m.predictOnBatch(x))));
      });
    } finally {
      Files.delete(file);
    }
  }

  private void units() {
    each(new int[] {64, 256, 1024, 4096}, 8 * most, n -> {
      Model m = new Sequential(new Input(n), new Dense(n), new Dense(n));
      NDArray x = zeros(32, n);
      emit(row("units", n)
          .put("params", m.countParams())
          .put("first_ms", once(() -> m.predictOnBatch(x)))
          .put("call_ms", call(() -> m.predictOnBatch(x))));
    });
  }

  private void batch() {
    Model m = SmallNetworks.perceptron();
    each(new int[] {1, 8, 64, 512, 4096}, 8 * most, n -> {
      NDArray x = zeros(n, 784);
      emit(row("batch", n)
          .put("first_ms", once(() -> m.predictOnBatch(x)))
          .put("call_ms", call(() -> m.predictOnBatch(x))));
    });
  }

  private void vocabulary() {
    each(new int[] {1000, 10_000, 100_000}, 200 * most, n -> {
      Model m = new Sequential(new Input(16).dtype("int32"), new Embedding(n, 64), new Dense(n));
      m.compile(new SGD(0.01), new SparseCategoricalCrossentropy().fromLogits(true));
      NDArray x = NDArray.zeros(DType.INT32, Shape.of(4, 16));
      emit(row("vocabulary", n)
          .put("first_ms", once(() -> m.trainOnBatch(x, x)))
          .put("call_ms", call(() -> m.trainOnBatch(x, x))));
    });
  }

  private void inputs() {
    each(new int[] {2, 20, 200}, most, n -> {
      List<Model> made = new ArrayList<>();
      double build = once(() -> {
        List<Tensor> in = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          in.add(Input.of(4));
        }
        made.add(Model.of(in, new Dense(4).invoke(new Concatenate().invoke(in))));
      });
      Model m = made.get(0);
      List<NDArray> x = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        x.add(zeros(8, 4));
      }
      emit(row("inputs", n)
          .put("build_ms", build)
          .put("first_ms", once(() -> m.predictOnBatch(x)))
          .put("call_ms", call(() -> m.predictOnBatch(x))));
    });
  }

  private void models() {
    List<Model> all = new ArrayList<>();
    NDArray x = zeros(1, 20);
    each(new int[] {1, 10, 100}, most, n -> {
      double made = once(() -> {
        while (all.size() < n) {
          Model m = SmallNetworks.tiny();
          m.predictOnBatch(x);
          all.add(m);
        }
      });
      emit(row("models", n)
          .put("first_ms", made)
          .put("call_ms", call(() -> all.forEach(m -> m.predictOnBatch(x)))));
    });
  }

  private void shapes() {
    Model m = SmallNetworks.tiny();
    int[] done = {0};
    each(new int[] {1, 10, 100, 300}, most, n -> {
      double first = once(() -> {
        while (done[0] < n) {
          m.predictOnBatch(zeros(++done[0], 20));
        }
      });
      NDArray x = zeros(n, 20);
      emit(row("shapes", n).put("first_ms", first).put("call_ms", call(() -> m.predictOnBatch(x))));
    });
  }
}
