package org.keras4j.tck.distribution;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.spi.BackendTensor.Placement;
import org.keras4j.distribution.DataParallel;
import org.keras4j.distribution.Distribution;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.tck.distribution.ShardedModels.Layouts;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;

/**
 * Trains, evaluates and predicts on eight devices of this process, and on one of them, and compares. For a JVM of its own, as a backend's
 * devices are settled when it starts. The arguments are {@link ShardedModels}; without any it is all of them.
 */
final class SeveralDevicesWorker {
  private static final double TOLERANCE = 2e-5;
  private static final int SAMPLES = 45; // of batches of 16 the last one does not divide
  private static final List<String> FAILURES = new ArrayList<>();

  private SeveralDevicesWorker() {}

  public static void main(String[] args) throws Exception {
    List<ShardedModels> kinds = args.length == 0
        ? List.of(ShardedModels.values())
        : Arrays.stream(args).map(ShardedModels::valueOf).toList();
    for (ShardedModels kind : kinds) {
      Trained one = new Trained(kind);
      for (Layouts layouts : Layouts.values()) {
        Distribution d = kind.here(layouts);
        Trained several = d.scope(() -> new Trained(kind));
        several.compare(kind + " " + layouts, one);
        if (layouts != Layouts.DATA) {
          several.lies(kind + " " + layouts, d);
        }
      }
    }
    whatGoesOnAfterwards();
    batchesLieOnTheDevices();
    all();
    FAILURES.forEach(System.out::println);
    System.out.println(
        "devices " + Distribution.listDevices().size() + " failures " + FAILURES.size());
    System.exit(FAILURES.isEmpty() ? 0 : 1);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      FAILURES.add("not so: " + what);
    }
  }

  private static void close(String what, NDArray expected, NDArray got) {
    double most = 0;
    check(expected.spec().equals(got.spec()), what + ": " + got.spec());
    for (int i = 0; i < expected.size(); i++) {
      double d = Math.abs(expected.getDouble(i) - got.getDouble(i));
      most = Math.max(most, Double.isNaN(d) ? Double.MAX_VALUE : d);
    }
    check(most <= TOLERANCE, what + ": differs by " + most);
  }

  private static NDArray labels() {
    int[] y = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      y[i] = i * 5 % 8;
    }
    return NDArray.of(y, SAMPLES);
  }

  /** All that a model gives when it is trained, evaluated and asked. */
  private static final class Trained {
    private final Model model;
    private final List<Double> losses;
    private final Map<String, Double> evaluated;
    private final NDArray predicted;

    Trained(ShardedModels kind) {
      model = kind.model();
      Shape one = kind.x().shape().slice(1);
      NDArray x = ShardedModels.numbers(one.insert(0, SAMPLES));
      if (kind == ShardedModels.TRANSFORMER) {
        x = tokens(kind, x);
      }
      NDArray y = labels();
      losses = model
          .fit(x, y, Fit.epochs(3).batchSize(ShardedModels.BATCH).verbose(0).validationData(x, y))
          .get("loss");
      evaluated = model.evaluate(x, y, Run.batchSize(ShardedModels.BATCH));
      predicted = model.predict(x, Run.batchSize(ShardedModels.BATCH));
    }

    private static NDArray tokens(ShardedModels kind, NDArray x) {
      NDArray few = kind.x();
      NDArray out = NDArray.zeros(few.dtype(), x.shape());
      for (int i = 0; i < out.size(); i++) {
        out.setDouble(i, few.getDouble(i % (int) few.size()));
      }
      return out;
    }

    private List<Variable> variables() {
      List<Variable> all = new ArrayList<>(model.variables());
      all.addAll(Objects.requireNonNull(model.optimizer()).variables());
      return all;
    }

    void compare(String what, Trained one) {
      for (int i = 0; i < losses.size(); i++) {
        check(
            Math.abs(losses.get(i) - one.losses.get(i)) <= TOLERANCE,
            what + " loss " + one.losses + ": " + losses);
      }
      one.evaluated.forEach((k, v) -> check(
          Math.abs(v - evaluated.get(k)) <= TOLERANCE, what + " " + k + " " + evaluated.get(k)));
      close(what + " predictions", one.predicted, predicted);
      List<Variable> mine = variables();
      List<Variable> others = one.variables();
      check(mine.size() == others.size(), what + " has " + mine.size() + " variables");
      for (int i = 0; i < mine.size(); i++) {
        close(
            what + " " + mine.get(i).path(),
            others.get(i).value().toNDArray(),
            mine.get(i).value().toNDArray());
      }
    }

    /** Each device has its part of a variable, and no other. */
    void lies(String what, Distribution d) {
      int divided = 0;
      for (Variable v : variables()) {
        Placement p = v.eager().handle().placement();
        if (!v.path().startsWith("seed")) {
          check(p != null, what + " " + v.path() + " lies on one device");
        }
        if (p != null) {
          check(
              p.sharding()
                  .equals(d.variableLayout(v).sharding().ofRank(v.shape().rank())),
              what + " " + v.path() + " lies as " + p);
          divided += p.part(v.spec()).equals(v.spec()) ? 0 : 1;
        }
      }
      check(divided >= 4, what + " divides " + divided + " variables");
    }
  }

  /** A model trained on several devices is an ordinary one: it is saved, loaded, and used on one device. */
  private static void whatGoesOnAfterwards() throws Exception {
    ShardedModels kind = ShardedModels.MLP;
    Distribution d = kind.here(Layouts.MODEL);
    Trained r = d.scope(() -> new Trained(kind));
    NDArray x = kind.x();
    NDArray here = d.scope(() -> r.model.predict(x));
    Path file = Files.createTempDirectory("devices").resolve("m.keras");
    d.scope(() -> r.model.save(file));
    close("loaded", here, Model.load(file).predict(x));
    Distribution data = kind.here(Layouts.DATA);
    close("loaded elsewhere", here, data.scope(() -> Model.load(file).predict(x)));
    close("moved to other layouts", here, data.scope(() -> r.model.predict(x)));
    close("moved to one device", here, r.model.predict(x));
    check(r.model.variables().get(0).eager().handle().placement() == null, "moved to one device");
    // and a value that lies on several is a value as any other
    d.scope(() -> r.model.predict(x));
    EagerTensor kernel = r.model.variables().get(0).eager();
    check(kernel.handle().placement() != null, "moved back");
    close(
        "an eager sum",
        kernel.toNDArray(),
        Ops.subtract(Ops.add(kernel, 1f), 1f).toNDArray());
  }

  /** Numbers are brought to the devices beforehand, and a step takes them as they lie. */
  private static void batchesLieOnTheDevices() {
    ShardedModels kind = ShardedModels.MLP;
    Distribution d = kind.here(Layouts.MODEL);
    Model m = kind.model();
    NDArray x = kind.x();
    EagerTensor on = (EagerTensor) d.scope(
        () -> Distribution.distributeTensor(Ops.convertToTensor(x), d.dataLayout(x.shape())));
    Placement p = on.handle().placement();
    check(p != null && p.part(on.spec()).shape().equals(Shape.of(8, 16)), "a batch lies as " + p);
    close("a batch on the devices", x, on.toNDArray());
    close("predictions of it", (NDArray) m.predictOnBatch(x), (NDArray)
        d.scope(() -> m.predictOnBatch(on)));
  }

  /** Without devices named, all of them. */
  private static void all() {
    check(
        new DataParallel().deviceMesh().devices().equals(Keras.backend().devices()),
        "all devices " + new DataParallel().deviceMesh().devices());
  }
}
