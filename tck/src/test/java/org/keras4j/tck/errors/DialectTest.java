package org.keras4j.tck.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.ReLU;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.constraints.NonNeg;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.TFSMLayer;
import org.keras4j.layers.initializers.GlorotUniform;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.initializers.Zeros;
import org.keras4j.layers.regularizers.L2;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.Trainer;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.CallbackList;
import org.keras4j.training.callbacks.EarlyStopping;
import org.keras4j.training.data.Batch;
import org.keras4j.training.losses.Huber;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.metrics.AUC;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.LossScaleOptimizer;
import org.keras4j.training.optimizers.MultiOptimizer;
import org.keras4j.training.optimizers.Optimizer;
import org.keras4j.training.optimizers.OptimizerMap;
import org.keras4j.training.schedules.ExponentialDecay;
import org.keras4j.training.schedules.LearningRateSchedule;

/** Whatever is set up by setters keeps to the rules that {@link Fluent} lists. */
@Tag("pytorch")
class DialectTest {
  private static final Map<Class<?>, String> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put(Layer.class, "layer");
    KINDS.put(Loss.class, "loss");
    KINDS.put(Metric.class, "metric");
    KINDS.put(Optimizer.class, "optimizer");
    KINDS.put(LearningRateSchedule.class, "schedule");
    KINDS.put(Initializer.class, "initializer");
    KINDS.put(Regularizer.class, "regularizer");
    KINDS.put(Constraint.class, "constraint");
    KINDS.put(Callback.class, "callback");
  }

  // may be called at any time, and why
  private static final Map<String, String> AT_ANY_TIME =
      Map.of("trainable", "Keras freezes and thaws layers between trainings");

  // what takes anything, and why
  private static final Map<String, String> ANYTHING =
      Map.of("Normalization.statistics", "statistics are data: array-likes, as all data");

  // methods that give something of the own type and are no setters: the second changes a built
  // layer
  private static final Set<String> NO_SETTERS = Set.of("withAxesUnlessSet", "enableLora");

  private static List<Class<?>> classes() {
    List<Class<?>> out = new ArrayList<>();
    for (Class<?> module : List.of(Layer.class, Trainer.class, Model.class)) {
      SettersTest.classesBeside(module)
          .filter(
              c -> Modifier.isPublic(c.getModifiers()) && !Modifier.isAbstract(c.getModifiers()))
          .filter(c -> KINDS.keySet().stream().anyMatch(k -> k.isAssignableFrom(c)))
          .filter(c -> !Trainer.class.isAssignableFrom(c) && c != CallbackList.class)
          .filter(c -> Registry.all().containsValue(c) || c.getConstructors().length > 0)
          .filter(c -> c != TFSMLayer.class) // there is none without a SavedModel
          .forEach(out::add);
    }
    return out;
  }

  private static String kind(Class<?> c) {
    return KINDS.entrySet().stream()
        .filter(e -> e.getKey().isAssignableFrom(c))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  private static List<Method> setters(Class<?> c) {
    return Arrays.stream(c.getMethods())
        .filter(m -> !Modifier.isStatic(m.getModifiers()) && !m.isBridge() && !m.isSynthetic())
        .filter(m -> m.getParameterCount() > 0 && !NO_SETTERS.contains(m.getName()))
        .filter(m -> m.getReturnType() != Object.class
            && m.getReturnType().isAssignableFrom(c)
            && KINDS.keySet().stream().anyMatch(k -> k.isAssignableFrom(m.getReturnType())))
        .toList();
  }

  /** What a return type means in a class. */
  private static @Nullable Type resolved(Type type, Class<?> in) {
    Map<TypeVariable<?>, Type> known = new HashMap<>();
    for (Class<?> c = in; c.getSuperclass() != null; c = c.getSuperclass()) {
      if (c.getGenericSuperclass() instanceof ParameterizedType p) {
        TypeVariable<?>[] names = c.getSuperclass().getTypeParameters();
        for (int i = 0; i < names.length; i++) {
          Type given = p.getActualTypeArguments()[i];
          known.put(
              names[i], given instanceof TypeVariable<?> v ? known.getOrDefault(v, v) : given);
        }
      }
    }
    return type instanceof TypeVariable<?> v ? known.get(v) : type;
  }

  @Test
  void settersReturnTheOwnType() {
    Set<String> wrong = new TreeSet<>();
    int found = 0;
    for (Class<?> c : classes()) {
      for (Method m : setters(c)) {
        found++;
        if (resolved(m.getGenericReturnType(), c) != c) {
          wrong.add(c.getSimpleName() + "." + m.getName() + " returns " + m.getGenericReturnType());
        }
      }
    }
    assertEquals(Set.of(), wrong);
    assertTrue(found > 1500, "only " + found + " setters");
  }

  @Test
  void settersSayWhatTheyTake() {
    Set<String> wrong = new TreeSet<>();
    for (Class<?> c : classes()) {
      for (Method m : setters(c)) {
        for (Class<?> t : m.getParameterTypes()) {
          String name = m.getDeclaringClass().getSimpleName() + "." + m.getName();
          if ((t == Object.class || t == Object[].class) && !ANYTHING.containsKey(name)) {
            wrong.add(name);
          }
        }
      }
    }
    assertEquals(Set.of(), wrong);
  }

  private static Object made(Class<?> c) throws ReflectiveOperationException {
    if (c == LossScaleOptimizer.class) {
      return new LossScaleOptimizer(new Adam());
    } else if (c == MultiOptimizer.class) {
      return new MultiOptimizer(new OptimizerMap(new Adam()));
    } else if (Registry.all().containsValue(c)) {
      return Registry.instantiate(c);
    }
    for (Constructor<?> k : c.getConstructors()) {
      if (!Arrays.asList(k.getParameterTypes()).contains(java.nio.file.Path.class)) {
        return k.newInstance(arguments(k.getParameterTypes()));
      }
    }
    throw new AssertionError("no constructor of " + c);
  }

  private static void use(Object o) {
    try {
      if (o instanceof Layer l) {
        Method built = Layer.class.getDeclaredMethod("markBuilt");
        built.setAccessible(true);
        built.invoke(l);
      } else if (o instanceof Loss l) {
        l.invoke(new double[][] {{1, 0}}, new double[][] {{0.5, 0.5}});
      } else if (o instanceof Metric m) {
        m.variables();
      } else if (o instanceof Optimizer p) {
        p.build(List.of(new Variable(
            "w", new TensorSpec(Shape.of(2), DType.FLOAT32), true, () -> Ops.zeros(Shape.of(2)))));
      } else if (o instanceof LearningRateSchedule s) {
        s.call(0);
      } else if (o instanceof Initializer i) {
        i.call(Shape.of(2, 2), DType.FLOAT32);
      } else if (o instanceof Callback k) {
        k.setModel(new Sequential(new Dense(1)));
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      // it was used all the same
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object[] arguments(Class<?>[] types) {
    return Arrays.stream(types).map(DialectTest::argument).toArray();
  }

  private static @Nullable Object argument(Class<?> t) {
    if (t == boolean.class || t == Boolean.class) {
      return true;
    } else if (t == int.class || t == Integer.class || t == Number.class) {
      return 1;
    } else if (t == long.class || t == Long.class) {
      return 1L;
    } else if (t == double.class || t == Double.class) {
      return 0.5;
    } else if (t == float.class) {
      return 0.5f;
    } else if (t == String.class) {
      return "none";
    } else if (t.isArray()) {
      Object a = Array.newInstance(t.getComponentType(), 1);
      Array.set(a, 0, argument(t.getComponentType()));
      return a;
    } else if (t == DType.class) {
      return DType.FLOAT32;
    } else if (t == DTypePolicy.class) {
      return new DTypePolicy("float32");
    } else if (t == Initializer.class) {
      return new Zeros();
    } else if (t == Regularizer.class) {
      return new L2();
    } else if (t == Constraint.class) {
      return new NonNeg();
    } else if (t == Layer.class) {
      return new ReLU();
    } else if (t == LearningRateSchedule.class) {
      return new ExponentialDecay(0.1, 1, 0.5);
    } else if (t == SeedGenerator.class) {
      return new SeedGenerator(1);
    } else if (t == List.class) {
      return List.of();
    } else if (t == Map.class) {
      return Map.of();
    } else if (t.isInterface()) {
      return Proxy.newProxyInstance(
          DialectTest.class.getClassLoader(), new Class<?>[] {t}, (p, m, a) -> null);
    }
    return null;
  }

  @Test
  void settersAreRefusedAfterUseInOneForm() throws Exception {
    Set<String> wrong = new TreeSet<>();
    int tried = 0;
    for (Class<?> c : classes()) {
      List<Method> all = setters(c);
      if (all.isEmpty()) {
        continue;
      }
      Object o = made(c);
      use(o);
      for (Method m : all) {
        if (AT_ANY_TIME.containsKey(m.getName())) {
          continue;
        }
        tried++;
        String want = "'" + m.getName() + "' cannot be set any more, the " + kind(c) + " is in use";
        String got;
        try {
          boolean typed = m.getName().equals("dtype") && m.getParameterTypes()[0] == String.class;
          m.invoke(o, typed ? new Object[] {"float64"} : arguments(m.getParameterTypes()));
          got = "nothing";
        } catch (InvocationTargetException e) {
          got = String.valueOf(e.getCause());
        }
        if (!got.startsWith("java.lang.IllegalStateException: " + c.getSimpleName())
            || !got.endsWith(want)) {
          wrong.add(c.getSimpleName() + "." + m.getName() + Arrays.toString(m.getParameterTypes())
              + ": " + got);
        }
      }
    }
    assertEquals(Set.of(), wrong);
    assertTrue(tried > 1500, "only " + tried + " setters");
  }

  @Test
  void everythingWithSettersIsFluent() {
    Set<String> wrong = new TreeSet<>();
    for (Class<?> c : classes()) {
      if (setters(c).stream()
              .anyMatch(m -> KINDS.keySet().stream().noneMatch(k -> k == m.getDeclaringClass()))
          && !Fluent.class.isAssignableFrom(c)
          && c != LossScaleOptimizer.class
          && c != MultiOptimizer.class) {
        wrong.add(c.getSimpleName());
      }
    }
    assertEquals(Set.of(), wrong);
  }

  @Test
  void theyChainInAnyOrder() {
    assertEquals("a", new Huber().name("a").delta(1).reduction("sum").name());
    assertEquals("b", new AUC().name("b").numThresholds(9).dtype("float64").name());
    assertEquals("c", new Dense(1).name("c").dtype(DType.FLOAT64).useBias(false).name());
    assertEquals("d", new Adam(1).name("d").clipnorm(1).learningRate(0.1).name());
    new EarlyStopping().mode("min").patience(1).baseline(1);
    new GlorotUniform().seed(1).fanAxes(null, null).seed(2);
  }

  @Test
  void noneIsSaid() {
    Dense d = new Dense(1)
        .kernelRegularizer(new L2())
        .kernelRegularizer("none")
        .kernelConstraint("non_neg")
        .kernelConstraint((Constraint) null)
        .activation("relu")
        .activation("none");
    assertEquals(null, d.getConfig().get("kernel_regularizer"));
    assertEquals(null, d.getConfig().get("kernel_constraint"));
    String said = assertThrows(
            IllegalArgumentException.class, () -> new Dense(1).kernelRegularizer("l3"))
        .getMessage();
    assertTrue(said.contains("l3") && said.contains("l2"), said);
  }

  @Test
  void optionsAreUnderstoodWhateverTheTypeOfTheirVariable() {
    Model m = new Sequential(new Dense(1));
    m.compile("sgd", "mse");
    float[][] x = {{1}, {2}, {3}, {4}};
    Object batches = List.of(new Batch(x, x, null), new Batch(x, x, null));
    Object fit = Fit.epochs(2).verbose(false);
    Object run = Run.defaults().verbose(0);
    assertEquals(2, m.fit(batches, fit).epochs().size());
    assertTrue(m.evaluate(batches, run).containsKey("loss"));
    String said =
        assertThrows(IllegalArgumentException.class, () -> m.fit(batches, run)).getMessage();
    assertTrue(said.contains("fit takes options of type Fit, got a Run"), said);
    said = assertThrows(IllegalArgumentException.class, () -> m.evaluate(batches, fit))
        .getMessage();
    assertTrue(said.contains("evaluate takes options of type Run, got a Fit"), said);
    m.compile(Compile.optimizer("sgd").loss("mse").metrics("mae"));
    m.compile(Compile.optimizer("sgd").loss("mse").metrics("mae", new AUC()));
    m.compile(Compile.optimizer("sgd").loss("mse").metrics(List.of("mae")));
    assertTrue(m.evaluate(x, x).containsKey("mae"));
  }
}
