package org.keras4j.ops.random;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.VariableScope;
import org.keras4j.core.context.Context;
import org.keras4j.core.internal.session.SessionState;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.spi.Backend;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * A source of seeds, a new one for each call ({@code keras.random.SeedGenerator}). Functions of
 * {@link RandomOps} that are given the same integer draw the same numbers each time; given a generator
 * they draw others each time.
 *
 * <p>The state is a variable, uint32(2): the seed and how many seeds were taken. So code that is compiled
 * carries it along, and equal states give equal numbers on every backend.
 */
@KerasSerializable(module = "keras.random")
public final class SeedGenerator implements Configurable {
  private static final long DEFAULT_LIMIT = 1_000_000_000L;
  private static Random defaults = new Random();
  private static @Nullable SeedGenerator global;
  private static @Nullable Long globalSeed;
  private static final Context.Key<SeedGenerator> SCOPED = Context.Key.inherited("seed generator");

  private @Nullable Long seed;
  private String name;
  private Variable state;

  private SeedGenerator() {
    this(1L, "seed_generator");
  }

  /**
   * A generator with a state and name of its own.
   *
   * @param seed an integer, of which the low 32 bits count; null for a random one
   */
  public SeedGenerator(@Nullable Number seed) {
    this(seed, null);
  }

  /**
   * A generator.
   *
   * @param seed an integer, of which the low 32 bits count; null for a random one
   * @param name null for {@code seed_generator}, {@code seed_generator_1}, ...
   * @throws IllegalArgumentException if the seed is no integer
   */
  public SeedGenerator(@Nullable Number seed, @Nullable String name) {
    this.seed = integer(seed);
    this.name = name == null ? Names.auto("seed_generator") : name;
    this.state = newState(this.seed, this.name);
  }

  private static @Nullable Long integer(@Nullable Number seed) {
    if (seed instanceof Float || seed instanceof Double) {
      throw new IllegalArgumentException("Argument 'seed' must be an integer, got " + seed);
    }
    return seed == null ? null : seed.longValue();
  }

  private static Variable newState(@Nullable Long seed, String name) {
    long first = seed == null ? defaultSeed() : seed;
    Variable v = new Variable(
        "seed_generator_state",
        TensorSpec.of(DType.UINT32, 2),
        false,
        () -> Engine.constant(vector(first)));
    v.setPath(Names.path(name + "/seed_generator_state"));
    v.setAutocast(false);
    return v;
  }

  private static NDArray vector(long seed) {
    NDArray a = NDArray.zeros(DType.UINT32, TensorSpec.of(DType.UINT32, 2).shape());
    a.setLong(0, seed & 0xFFFFFFFFL);
    return a;
  }

  /** The seed given, or null if it was a random one. */
  public @Nullable Long seed() {
    return seed;
  }

  public String name() {
    return name;
  }

  /** The state, uint32(2). */
  public Variable state() {
    return state;
  }

  /** The state alone. */
  public List<Variable> variables() {
    return List.of(state);
  }

  /** The next seed, uint32(2): the state as it was, which then counts on. */
  public Tensor next() {
    return next(true);
  }

  /**
   * The next seed, uint32(2).
   *
   * @param ordered whether the state then counts on by one; otherwise it jumps
   */
  public Tensor next(boolean ordered) {
    Tensor now = state.value();
    if (ordered) {
      NDArray step = vector(0);
      step.setLong(1, 1);
      state.assign(Prims.add(now, Engine.constant(step)));
    } else {
      Tensor jumped = Prims.mul(Prims.add(now, one(1)), one(5387));
      state.assign(Prims.binary(BinaryKind.REM, jumped, one(933199)));
    }
    return now;
  }

  /** The next seed as numbers, taken at once even where a function is traced. */
  public NDArray take() {
    try (VariableScope outside = VariableScope.suspend();
        TensorScope scope = new TensorScope()) {
      return next().toNDArray();
    }
  }

  private static Tensor one(long value) {
    return Prims.scalar(DType.UINT32, value);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> c = new LinkedHashMap<>();
    c.put("seed", seed);
    c.put("name", name);
    return c;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    this.seed = integer((Number) config.get("seed"));
    Object given = config.get("name");
    this.name = given == null ? Names.auto("seed_generator") : (String) given;
    this.state = newState(seed, name);
  }

  static {
    SessionState.onClear(SeedGenerator::forgetGlobal);
  }

  private static synchronized void forgetGlobal() {
    global = null;
  }

  /** The generator used where no seed is given. */
  public static SeedGenerator global() {
    SeedGenerator scoped = SCOPED.get();
    return scoped != null ? scoped : shared();
  }

  private static synchronized SeedGenerator shared() {
    if (global == null) {
      global = new SeedGenerator(null, null);
    }
    global.follow(Keras.backend());
    return global;
  }

  // the backend in use may have been changed since the last draw
  private void follow(Backend backend) {
    if (state.isInitialized() && !state.eager().backend().name().equals(backend.name())) {
      NDArray now = state.eager().toNDArray();
      state.store(new EagerTensor(backend, backend.fromHost(now, Keras.device())));
    }
  }

  /** Runs with another generator as {@link #global}, one that begins with a seed. */
  public static <R> R withGlobal(long seed, Supplier<R> body) {
    return withGlobal(new SeedGenerator(seed, "scoped_seed_generator"), body);
  }

  /** Likewise, with this generator. */
  public static <R> R withGlobal(SeedGenerator generator, Supplier<R> body) {
    return SCOPED.with(generator, body);
  }

  /**
   * Makes all random numbers that follow repeatable ({@code keras.utils.set_random_seed}): the global
   * generator, and the seeds of generators made without one.
   */
  public static synchronized void setRandomSeed(long seed) {
    globalSeed = seed;
    defaults = new Random(seed);
    global = null;
  }

  /** What {@link #setRandomSeed} was last given, or null. */
  public static synchronized @Nullable Long randomSeed() {
    return globalSeed;
  }

  /** A seed for what was given none: from 1 to a milliard. */
  public static synchronized long defaultSeed() {
    return 1 + (long) (defaults.nextDouble() * DEFAULT_LIMIT);
  }

  /**
   * The key, uint32(2), that an argument {@code seed} stands for.
   *
   * @param seed an integer, a generator, a key itself as uint32(2), or null for {@link #global}
   * @throws IllegalArgumentException if it is something else
   */
  public static Tensor draw(@Nullable Object seed) {
    if (seed == null) {
      return global().next(false);
    } else if (seed instanceof SeedGenerator g) {
      return g.next();
    } else if (seed instanceof Tensor t && t.spec().equals(TensorSpec.of(DType.UINT32, 2))) {
      return t;
    } else if (seed instanceof Integer || seed instanceof Long) {
      return Engine.constant(vector(((Number) seed).longValue()));
    }
    throw new IllegalArgumentException(
        "Argument 'seed' must be an integer, a SeedGenerator or null, got " + seed);
  }
}
