package org.keras4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.spi.Collectives;
import org.keras4j.core.spi.CollectivesProvider;
import org.keras4j.distribution.DataParallel;
import org.keras4j.models.Model;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.Logs;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** What a task of the barrier stage does: trains as one rank, on its samples. */
final class TrainingTask
    extends AbstractFunction1<
        scala.collection.Iterator<Tuple2<Long, byte[]>>,
        scala.collection.Iterator<TrainingTask.Result>>
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int POLL_MS = 200;

  private final SparkTrainer.Settings settings;
  private final Columns columns;
  private final SampleLayout layout;
  private final Division training;
  private final @Nullable Division validation;
  private final Broadcast<ModelBytes.Trained> model;
  private final String backend;
  private final SerializableConfiguration hadoop;

  /**
   * What rank 0 gives back.
   *
   * @param model the trained model
   * @param epochs losses and metrics by the number of the epoch
   */
  record Result(ModelBytes.Trained model, TreeMap<Integer, TreeMap<String, Double>> epochs)
      implements Serializable {}

  TrainingTask(
      SparkTrainer.Settings settings,
      Shards shards,
      Columns columns,
      Division training,
      @Nullable Division validation,
      Broadcast<ModelBytes.Trained> model,
      SerializableConfiguration hadoop) {
    this.settings = settings;
    this.columns = columns;
    this.layout = shards.layout();
    this.training = training;
    this.validation = validation;
    this.model = model;
    this.backend = Keras.backend().name();
    this.hadoop = hadoop;
  }

  @Override
  public scala.collection.Iterator<Result> apply(
      scala.collection.Iterator<Tuple2<Long, byte[]>> samples) {
    List<Result> results =
        ModelBytes.withFolder(folder -> run(CollectionConverters.asJava(samples), folder));
    return CollectionConverters.asScala(results.iterator());
  }

  private List<Result> run(Iterator<Tuple2<Long, byte[]>> samples, Path folder) throws IOException {
    BarrierTaskContext task = BarrierTaskContext.get();
    int rank = task.partitionId();
    if (!Keras.backend().name().equals(backend)) {
      Keras.setBackend(backend);
    }
    Iterator<byte[]> bytes = new Iterator<>() {
      @Override
      public boolean hasNext() {
        return samples.hasNext();
      }

      @Override
      public byte[] next() {
        return samples.next()._2();
      }
    };
    try (ShardFile train =
            new ShardFile(folder.resolve("training"), columns, layout, training, rank, bytes);
        ShardFile validate = validation == null
            ? null
            : new ShardFile(
                folder.resolve("validation"), columns, layout, validation, rank, bytes)) {
      Collectives group = connected(task, rank, settings.timeout());
      try {
        return onDevice(
            task, () -> new DataParallel(group).scope(() -> fit(train, validate, folder)));
      } catch (RuntimeException | Error e) {
        if (group != null) {
          group.abort(e.toString());
        }
        throw e;
      } finally {
        if (group != null) {
          group.close();
        }
      }
    }
  }

  /** This task's end of all; null if it is the only one. */
  private static @Nullable Collectives connected(BarrierTaskContext task, int rank, Duration wait)
      throws IOException {
    BarrierTaskInfo[] all = task.getTaskInfos();
    if (all.length == 1) {
      return null;
    }
    int port = 0;
    if (rank == 0) {
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
    }
    String[] ports = task.allGather(Integer.toString(port));
    CollectivesProvider engine = ServiceLoader.load(
            CollectivesProvider.class, CollectivesProvider.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("SparkTrainer: no engine that connects the"
            + " workers is on the executors' class path; add the artifact"
            + " keras4j-distribution-gloo"));
    Keras.backend().devices(); // its libraries are loaded before those of the engine
    int at = Integer.parseInt(ports[0]);
    FutureTask<Collectives> connecting =
        new FutureTask<>(() -> engine.connect(host(all[0].address()), at, rank, all.length, wait));
    Thread t = new Thread(connecting, "keras4j-connecting");
    t.setDaemon(true);
    t.start();
    return awaited(connecting, task);
  }

  // a stage that failed elsewhere is not waited for: the next attempt needs this task's place
  private static Collectives awaited(FutureTask<Collectives> connecting, TaskContext task) {
    while (true) {
      try {
        return connecting.get(POLL_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (task.isInterrupted()) {
          throw new TaskKilledException("Spark ended the training");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException("Spark ended the training");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException("The workers could not be connected", e.getCause());
      }
    }
  }

  /** The machine of an address {@code host:port}. */
  static String host(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** Runs on the GPU that Spark gave this task, if it did. */
  private static <R> R onDevice(BarrierTaskContext task, Supplier<R> body) {
    ResourceInformation gpu = task.resourcesJMap().get("gpu");
    if (gpu == null || gpu.addresses().length == 0) {
      return body.get();
    }
    return Keras.onDevice("gpu:" + gpu.addresses()[0], body);
  }

  /** What rank 0 gives back; nothing of the others. */
  private List<Result> fit(ShardFile train, @Nullable ShardFile validate, Path folder) {
    Model m = model.value().made();
    List<Callback> callbacks = new ArrayList<>();
    callbacks.add(new Killed());
    if (settings.callbacks() != null) {
      callbacks.addAll(settings.callbacks().callbacks());
    }
    Epochs epochs = new Epochs();
    callbacks.add(epochs);
    if (settings.checkpoints() != null) {
      callbacks.add(new SharedCheckpoint(
          settings.checkpoints(), settings.checkpointSteps(), hadoop.value(), folder));
    }
    Fit f = Fit.epochs(settings.epochs())
        .verbose(settings.verbose())
        .shuffle(settings.shuffle())
        .callbacks(callbacks.toArray(new Callback[0]));
    if (settings.shuffle() && settings.shuffleSeed() != null) {
      f.shuffleSeed(settings.shuffleSeed());
    }
    if (settings.classWeight() != null) {
      f.classWeight(settings.classWeight());
    }
    if (validate != null) {
      f.validationData(validate).validationFreq(settings.validationFreq());
    }
    m.fit(train, f);
    boolean first = BarrierTaskContext.get().partitionId() == 0;
    return first
        ? List.of(new Result(ModelBytes.Trained.of(m), epochs.numbers))
        : List.<Result>of();
  }

  /** The numbers of all epochs, those before a checkpoint that the training goes on from included. */
  private static final class Epochs extends Callback {
    private final TreeMap<Integer, TreeMap<String, Double>> numbers = new TreeMap<>();

    @Override
    public void onEpochEnd(int epoch, Logs logs) {
      numbers.put(epoch, new TreeMap<>(logs));
    }

    @Override
    public Map<String, Object> state() {
      Map<String, Object> out = new LinkedHashMap<>();
      numbers.forEach((epoch, logs) -> out.put(epoch.toString(), new LinkedHashMap<>(logs)));
      return out;
    }

    @Override
    public void restore(Map<String, Object> state) {
      state.forEach((epoch, logs) -> {
        TreeMap<String, Double> all = new TreeMap<>();
        ((Map<?, ?>) logs).forEach((k, v) -> all.put((String) k, ((Number) v).doubleValue()));
        numbers.put(Integer.parseInt(epoch), all);
      });
    }
  }

  /** Ends the training when Spark wants its task to end. */
  private static final class Killed extends Callback {
    @Override
    public void onTrainBatchBegin(int batch, Logs logs) {
      if (TaskContext.get().isInterrupted()) {
        throw new TaskKilledException("Spark ended the training");
      }
    }

    @Override
    public boolean looksAtBatches() {
      return false;
    }
  }
}
