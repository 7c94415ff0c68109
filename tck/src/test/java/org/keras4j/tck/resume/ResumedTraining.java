package org.keras4j.tck.resume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.regularization.GaussianNoise;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.BackupAndRestore;
import org.keras4j.training.callbacks.CSVLogger;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.EarlyStopping;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.callbacks.ModelCheckpoint;
import org.keras4j.training.callbacks.ReduceLROnPlateau;
import org.keras4j.training.callbacks.SwapEMAWeights;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.Dataset;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.LossScaleOptimizer;
import org.keras4j.training.optimizers.Optimizer;
import org.keras4j.training.optimizers.RMSprop;
import org.keras4j.training.optimizers.SGD;
import org.keras4j.training.schedules.CosineDecay;

/**
 * A training that may be killed at any moment and started again: {@code FOLDER KIND [keep]}. Nobody gives a seed: what
 * was drawn at first has to come out of the backup, which stays to the end if a third argument says so: a process that is killed between the
 * end of its training and that of its work must find it. When it is through, it writes weights, optimizer and the log of its
 * epochs into {@code FOLDER}.
 */
public final class ResumedTraining {
  private static final int ROWS = 96;
  private static final int EPOCHS = 12;

  private ResumedTraining() {}

  /** What is trained, and how. */
  enum Kind {
    /** Arrays, a backup after every batch, and all callbacks that remember. */
    BATCHES,
    /** Arrays, a backup after every epoch, averages in place of the weights while it is made. */
    EPOCHS,
    /** A dataset with random numbers of its own, whose passes are longer than its epochs. */
    DATASET,
    /** Half precision with a loss scale, several steps in one executable, accumulated gradients. */
    SCALED
  }

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Kind kind = Kind.valueOf(args[1]);
    if (Files.exists(folder.resolve("result.npz"))) { // killed when all was done
      System.out.println("ready");
      return;
    }
    Sequential model = model(kind);
    List<Callback> callbacks = callbacks(kind, folder, args.length < 3);
    System.out.println("ready");
    Fit fit = Fit.epochs(EPOCHS).verbose(0).callbacks(callbacks.toArray(Callback[]::new));
    History h = kind == Kind.DATASET
        ? model.fit(new Noisy(), fit.stepsPerEpoch(5))
        : model.fit(
            Drawn.x(), Drawn.y(), fit.batchSize(kind == Kind.SCALED ? 6 : 8).validationSplit(0.25));
    Map<String, NDArray> out = new LinkedHashMap<>();
    put(out, "weights", model.getWeights());
    put(
        out,
        "optimizer",
        model.optimizer().variables().stream().map(v -> v.value().toNDArray()).toList());
    h.history()
        .forEach((k, v) -> out.put(
            "history/" + k,
            NDArray.of(v.stream().mapToDouble(Double::doubleValue).toArray(), v.size())));
    Path written = folder.resolve("result.npz.tmp");
    Npz.write(written, out);
    Files.move(written, folder.resolve("result.npz"));
    System.out.println("through");
  }

  private static void put(Map<String, NDArray> out, String name, List<NDArray> arrays) {
    for (int i = 0; i < arrays.size(); i++) {
      out.put(name + "/" + i, arrays.get(i));
    }
  }

  private static Sequential model(Kind kind) {
    Sequential m = new Sequential(
        new Input(6),
        new Dense(16).activation("relu"),
        new BatchNormalization(),
        new Dropout(0.3),
        new GaussianNoise(0.1),
        new Dense(3));
    if (kind == Kind.SCALED) {
      m = new Sequential(
          new Input(6),
          new Dense(16).activation("relu").dtype("mixed_float16"),
          new Dropout(0.3),
          new Dense(3).dtype("mixed_float16"));
    }
    Optimizer optimizer = switch (kind) {
      case BATCHES -> new Adam(0.05).useEma(true).emaOverwriteFrequency(7);
      case EPOCHS ->
        new SGD(new CosineDecay(0.1, 200)).momentum(0.9).useEma(true).emaMomentum(0.9);
      case DATASET -> new RMSprop(0.01).momentum(0.5).centered(true);
      case SCALED ->
        new LossScaleOptimizer(new Adam(0.01).gradientAccumulationSteps(2)).dynamicGrowthSteps(9);
    };
    Compile c = Compile.optimizer(optimizer)
        .loss("mse")
        .metrics("mae", "cosine_similarity")
        .weightedMetrics("mse");
    m.compile(kind == Kind.SCALED ? c.stepsPerExecution(3) : c);
    return m;
  }

  private static List<Callback> callbacks(Kind kind, Path folder, boolean deletes) {
    BackupAndRestore backup =
        new BackupAndRestore(folder.resolve("backup").toString()).deleteCheckpoint(deletes);
    List<Callback> out = new ArrayList<>();
    out.add(new CSVLogger(folder.resolve("epochs.csv")).append(true));
    switch (kind) {
      case BATCHES -> {
        out.add(backup.saveFreq(1)); // saves last, wherever it stands
        out.add(new ReduceLROnPlateau("val_loss").factor(0.5).patience(1).cooldown(1));
        out.add(new EarlyStopping("val_loss").patience(9).restoreBestWeights(true));
        out.add(new ModelCheckpoint(folder.resolve("best.weights.h5").toString())
            .saveBestOnly(true)
            .saveWeightsOnly(true));
      }
      case EPOCHS -> {
        out.add(new SwapEMAWeights().swapOnEpoch(true));
        out.add(backup.doubleCheckpoint(true));
      }
      case DATASET -> {
        out.add(new ReduceLROnPlateau("loss").factor(0.5).patience(1));
        out.add(backup.saveFreq(2));
      }
      case SCALED -> {
        out.add(new EarlyStopping("val_loss").patience(3));
        out.add(backup.saveFreq(4));
      }
    }
    // so that there is time to be killed; it changes nothing
    out.add(new Callback() {
      @Override
      public void onTrainBatchEnd(int batch, Logs logs) {
        try {
          Thread.sleep(kind == Kind.EPOCHS ? 5 : 2);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public void onEpochEnd(int epoch, Logs logs) {
        System.out.println("epoch " + epoch);
      }
    });
    return out;
  }

  /** Numbers that are the same in each process. */
  private static final class Drawn {
    static NDArray x() {
      return normal(1, 6);
    }

    static NDArray y() {
      return normal(2, 3);
    }

    private static NDArray normal(long seed, int columns) {
      java.util.Random random = new java.util.Random(seed);
      float[] a = new float[ROWS * columns];
      for (int i = 0; i < a.length; i++) {
        a[i] = (float) random.nextGaussian();
      }
      return NDArray.of(a, ROWS, columns);
    }
  }

  /** Batches with noise, drawn without a seed, in another order each pass. */
  private static final class Noisy implements Dataset {
    private final NDArray x = Drawn.x();
    private final NDArray y = Drawn.y();

    @Override
    public int size() {
      return 12;
    }

    @Override
    public Batch get(int index) {
      NDArray rows = x.slice(index * 8, index * 8 + 8);
      NDArray noise = RandomOps.normal(new long[] {8, 6}).toNDArray();
      return Batch.of(
          Ops.add(rows, Ops.multiply(noise, 0.1)).toNDArray(), y.slice(index * 8, index * 8 + 8));
    }
  }
}
