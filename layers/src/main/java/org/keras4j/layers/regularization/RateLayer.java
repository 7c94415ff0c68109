package org.keras4j.layers.regularization;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.SeededLayer;

/**
 * Layers that drop a part of their input at random, in training only.
 *
 * @param <S> the class itself
 */
public abstract class RateLayer<S extends RateLayer<S>> extends SeededLayer<S> {
  @Config
  private double rate;

  RateLayer() {
    supportsMasking(true);
    builtWithoutInput();
  }

  RateLayer(double rate) {
    this();
    this.rate = rate;
    configured();
  }

  @Override
  protected void configured() {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          label() + ": 'rate' expects a number from 0 to 1, got " + rate);
    }
    reseed();
  }

  @Override
  protected final boolean draws() {
    return rate > 0;
  }

  final double rate() {
    return rate;
  }

  /** The input with a part dropped. */
  abstract Tensor drop(Tensor x);

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "training");
  }

  @Override
  protected final Tensor call(Tensor x, CallContext context) {
    return context.training() && rate > 0 ? drop(x) : x;
  }

  static void checkNoiseShape(String label, long @Nullable [] shape) {
    if (shape != null) {
      for (long d : shape) {
        if (d <= 0 && d != -1) {
          throw new IllegalArgumentException(label
              + ": 'noiseShape' expects positive integers, or -1 for the input's size, got " + d);
        }
      }
    }
  }
}
