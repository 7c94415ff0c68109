package org.keras4j.models;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Operation;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;

/** How {@link Model#cloneModel(Clone)} makes a copy, under Keras's names and with its defaults. */
public final class Clone {
  private UnaryOperator<Layer> function = Clone::ofConfig;
  private UnaryOperator<Operation> operationFunction = op -> op;
  private boolean own;
  private @Nullable CallFunction callFunction;
  private @Nullable Object inputTensors;
  private boolean recursive;

  private Clone() {}

  /** What is done where the model calls a layer or a function of {@code ops}. */
  @FunctionalInterface
  public interface CallFunction {
    /**
     * Calls it; {@code operation.invoke(args, kwargs)} does what the model does.
     *
     * @param operation the clone of a layer, or a function
     * @param args positional arguments, tensors in them nested as in the model
     * @param kwargs arguments by Keras name
     * @return what goes on in place of the call's result, of as many tensors
     */
    Object call(Operation operation, List<Object> args, Map<String, Object> kwargs);
  }

  /** Each layer made anew of its config, called as the model calls it. */
  public static Clone defaults() {
    return new Clone();
  }

  /**
   * Makes the layers of the copy: of each layer but inputs, another or the same one ({@code clone_function}). One that
   * is called several times is asked for once. By default a layer of the same class and config.
   */
  public static Clone function(UnaryOperator<Layer> value) {
    return new Clone().cloneFunction(value);
  }

  /** {@link #function}, of settings that are there. */
  public Clone cloneFunction(UnaryOperator<Layer> value) {
    this.function = value;
    this.own = true;
    return this;
  }

  /**
   * Takes the place of functions of {@code ops}: of each call of one that the model makes, what is called instead, say a layer
   * that does the same; by default the function itself. Keras gives these to the clone function too.
   */
  public Clone operationFunction(UnaryOperator<Operation> value) {
    this.operationFunction = value;
    this.own = true;
    return this;
  }

  /** What is done in place of each call; for Functional models alone. */
  public Clone callFunction(CallFunction value) {
    this.callFunction = value;
    return this;
  }

  /**
   * Symbolic inputs to be used in place of new ones.
   *
   * @param value nested as {@link Functional#inputStructure}, of a Sequential one tensor
   * @return these options
   */
  public Clone inputTensors(Object value) {
    this.inputTensors = value;
    return this;
  }

  /**
   * Whether Sequential and Functional models inside are cloned layer by layer too, with the same functions (the call
   * function is not for Sequentials); false by default, when the clone function gets them whole.
   */
  public Clone recursive(boolean value) {
    this.recursive = value;
    return this;
  }

  UnaryOperator<Layer> function() {
    return function;
  }

  UnaryOperator<Operation> operationFunction() {
    return operationFunction;
  }

  @Nullable
  CallFunction callFunction() {
    return callFunction;
  }

  @Nullable
  Object inputTensors() {
    return inputTensors;
  }

  boolean recursive() {
    return recursive;
  }

  /** Whether it asks for more than a model made of its config. */
  boolean isSpecial() {
    return own || callFunction != null || inputTensors != null || recursive;
  }

  private static Layer ofConfig(Layer layer) {
    return Serializer.unbuiltCopy(layer);
  }
}
