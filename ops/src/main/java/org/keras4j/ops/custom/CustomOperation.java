package org.keras4j.ops.custom;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Names;
import org.keras4j.core.Nest;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.Configurable;

/**
 * A function of tensors of one's own that can be a node of a Functional model and has a config, but no weights ({@code
 * keras.Operation}): a subclass writes {@link #call} with {@code Ops}. Annotated with {@link
 * org.keras4j.core.serialization.KerasSerializable} it is saved with the model; a class registered in Python under the same name takes
 * its place there.
 *
 * <pre>{@code
 * @KerasSerializable(pkg = "mine")
 * final class Scaled extends CustomOperation {
 *   @Config private double by = 2;
 *
 *   @Override
 *   protected Object call(List<Object> args, Map<String, Object> kwargs) {
 *     return Ops.multiply(args.get(0), by);
 *   }
 * }
 * Tensor y = new Scaled().invoke(Input.of(3));
 * }</pre>
 */
public abstract class CustomOperation implements Operation, Configurable {
  private static final AtomicLong NAMES = new AtomicLong();

  private String name = Names.auto(Names.snakeCase(getClass().getSimpleName()));

  /** With an automatic name. */
  protected CustomOperation() {}

  /**
   * Computes the result.
   *
   * @param args positional arguments as they were given, but for symbolic tensors, in whose place stand others
   * @param kwargs arguments by name
   * @return a tensor, or lists and maps of such
   */
  protected abstract Object call(List<Object> args, Map<String, Object> kwargs);

  /**
   * What the result of symbolic arguments is. By default {@link #call} is run on placeholders of their shapes; a class whose {@code call}
   * cannot be, since it depends on values, overrides this.
   *
   * @param args as of {@link #call}, with a {@link KerasTensor} for each symbolic tensor
   * @param kwargs likewise
   * @return a {@link TensorSpec}, or lists and maps of such; null to find it out by running {@code call}
   */
  protected @Nullable Object computeOutputSpec(List<Object> args, Map<String, Object> kwargs) {
    return null;
  }

  @Override
  public final String name() {
    return name;
  }

  /**
   * Sets the name.
   *
   * @param value unique in a model, without slashes
   * @return this operation
   */
  public CustomOperation name(String value) {
    if (value.contains("/")) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": a name cannot contain '/', got '" + value + "'");
    }
    name = value;
    return this;
  }

  /**
   * Calls it on positional arguments.
   *
   * @param args tensors, arrays, or lists and maps of such, and what else {@link #call} takes
   * @return the result
   * @throws IllegalStateException if it gives several tensors; {@link #invoke(List, Map)} returns them
   */
  public final Tensor invoke(@Nullable Object... args) {
    Object out = invoke(new ArrayList<>(Arrays.asList(args)), new HashMap<>());
    if (out instanceof Tensor t) {
      return t;
    }
    throw new IllegalStateException(label() + ": gives "
        + (out == null ? "nothing" : "a " + out.getClass().getSimpleName()) + ", not one tensor");
  }

  @Override
  public final Object invoke(List<Object> args, Map<String, Object> kwargs) {
    if (!Op.isSymbolic(args.toArray()) && !Op.isSymbolic(kwargs.values().toArray())) {
      return call(args, kwargs);
    }
    Object told = computeOutputSpec(args, kwargs);
    Object result = told == null
        ? traced(args, kwargs)
        : Objects.requireNonNull(Nest.map(told, this::symbolic));
    new OperationNode(this, args, kwargs, result);
    return result;
  }

  @SuppressWarnings("unchecked")
  private Object traced(List<Object> args, Map<String, Object> kwargs) {
    Object result = Op.symbolicResult(List.of(args, kwargs), placed -> {
      List<?> both = (List<?>) placed;
      return call((List<Object>) both.get(0), (Map<String, Object>) both.get(1));
    });
    if (result == null) {
      throw new IllegalStateException(label() + ": its call gave null instead of a tensor");
    }
    return result;
  }

  private Object symbolic(@Nullable Object spec) {
    if (spec instanceof TensorSpec s) {
      return new KerasTensor(s, name + "_" + NAMES.incrementAndGet());
    }
    throw new IllegalStateException(label() + ": computeOutputSpec gives TensorSpecs, got " + spec);
  }

  private String label() {
    return getClass().getSimpleName() + " '" + name + "'";
  }

  /** The name, and the fields marked {@code @Config}. */
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", name);
    out.putAll(Configurable.super.getConfig());
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object given = rest.remove("name");
    if (given != null) {
      name(ConfigEntries.text(label(), "name", given));
    }
    Configurable.super.setConfig(rest);
  }
}
