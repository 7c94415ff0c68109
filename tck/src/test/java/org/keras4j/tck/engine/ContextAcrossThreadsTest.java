package org.keras4j.tck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.context.Context;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.grad.RematScope;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/** What is in force where work is handed to another thread holds there: of each of the scopes. */
class ContextAcrossThreadsTest {
  private static <R> R elsewhere(Supplier<R> body) {
    Context here = Context.current();
    CompletableFuture<R> out = new CompletableFuture<>();
    new Thread(here.wrap(() -> {
          try {
            out.complete(body.get());
          } catch (Throwable e) {
            out.completeExceptionally(e);
          }
        }))
        .start();
    return out.join();
  }

  @Test
  void namesDtypesAndCustomObjectsAreInherited() {
    assertEquals("model/x", Names.in("model", () -> elsewhere(() -> Names.path("x"))));
    assertEquals(DType.FLOAT16, Autocast.with(DType.FLOAT16, () -> elsewhere(Autocast::dtype)));
    assertSame(
        Training.class,
        CustomObjects.with(
            Map.of("Mine", Training.class), () -> elsewhere(() -> CustomObjects.find("Mine"))));
  }

  @Test
  void theSeedGeneratorIsInherited() {
    Supplier<NDArray> draw = () -> RandomOps.normal(Shape.of(4)).toNDArray();
    NDArray here = SeedGenerator.withGlobal(7, draw);
    NDArray there = SeedGenerator.withGlobal(7, () -> elsewhere(draw));
    assertEquals(here.toString(), there.toString());
  }

  @Test
  void aRematScopeIsInherited() {
    try (RematScope scope = new RematScope("full")) {
      assertSame(scope, elsewhere(RematScope::current));
    }
    assertNull(elsewhere(RematScope::current));
  }

  /** Says whether its call is for training, as found by an inner layer called on another thread. */
  private static final class Training extends FluentLayer<Training> {
    private final List<Boolean> seen;

    Training(List<Boolean> seen) {
      this.seen = seen;
    }

    @Override
    protected Tensor call(Tensor x, CallContext context) {
      seen.add(context.training());
      return x;
    }
  }

  private static final class Outer extends FluentLayer<Outer> {
    private final Layer inner;

    Outer(Layer inner) {
      this.inner = inner;
    }

    @Override
    protected Tensor call(Tensor x, CallContext context) {
      return elsewhere(() -> inner.invoke(x));
    }
  }

  @Test
  void aLayerCalledElsewhereKnowsThePhaseOfTheCallAround() {
    List<Boolean> seen = Collections.synchronizedList(new ArrayList<>());
    Outer outer = new Outer(new Training(seen));
    Tensor x = Ops.ones(Shape.of(2));
    outer.invoke(x, CallArgs.training(true));
    outer.invoke(x, CallArgs.training(false));
    assertEquals(List.of(true, false), seen);
  }

  @Test
  void tracesAndTensorScopesAreNot() {
    Jit f = Jit.of(x -> {
      assertNotNull(Trace.current());
      assertNull(elsewhere(Trace::current));
      return x;
    });
    f.call(Ops.ones(Shape.of(2)));
    Tensor made;
    try (TensorScope scope = new TensorScope()) {
      made = elsewhere(() -> Ops.ones(Shape.of(2)));
    }
    assertEquals(2.0, ((EagerTensor) Ops.sum(made)).item()); // not freed with the scope
  }

  @Test
  void dataIsMadeInTheContextOfFit() {
    Sequential model = new Sequential(new Dense(1), new Dropout(0.5));
    model.compile("sgd", "mse");
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    List<String> threads = Collections.synchronizedList(new ArrayList<>());
    List<Boolean> recording = Collections.synchronizedList(new ArrayList<>());
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(4, 3));
    NDArray y = NDArray.zeros(DType.FLOAT32, Shape.of(4, 1));
    DataSource data = () -> {
      seen.add(
          Names.path() + " " + Autocast.dtype() + " " + CustomObjects.current().keySet());
      recording.add(Trace.current() != null);
      threads.add(Thread.currentThread().getName());
      return List.of(Batch.of(x, y)).iterator();
    };
    Names.in(
        "run",
        () -> CustomObjects.with(Map.of("Mine", Training.class), () -> {
          model.fit(data, Fit.epochs(1));
          return 1;
        }));
    assertTrue(threads.contains("keras4j-data"), threads::toString);
    assertTrue(seen.stream().allMatch("run null [Mine]"::equals), seen::toString);
    assertFalse(recording.contains(true));
  }
}
