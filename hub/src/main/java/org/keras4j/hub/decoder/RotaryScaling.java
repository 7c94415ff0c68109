package org.keras4j.hub.decoder;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The frequencies of rotary position embeddings (Su et al. 2021, arXiv:2104.09864), and how they are changed so that a
 * network sees further than it was trained for. Without a scaling, pair {@code i} of {@code dim / 2} turns by {@code
 * position * maxWavelength^(-2 i / dim)}.
 *
 * <table>
 * <caption>Scalings</caption>
 * <tr><th>type</th><th>what it does</th></tr>
 * <tr><td>default</td><td>nothing</td></tr>
 * <tr><td>linear</td><td>divides all frequencies by the factor</td></tr>
 * <tr><td>llama3</td><td>divides low frequencies alone, those between being mixed (Llama 3.1)</td></tr>
 * <tr><td>yarn</td><td>likewise by the number of turns, and scales the result (Peng et al. 2023, arXiv:2309.00071)</td></tr>
 * <tr><td>divided</td><td>divides each frequency by a number of its own</td></tr>
 * </table>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class RotaryScaling implements Configurable {
  private static final Set<String> TYPES = Set.of("default", "linear", "llama3", "yarn", "divided");

  @Config
  private double maxWavelength = 10_000;

  @Config
  private String type = "default";

  @Config
  private double factor = 1;

  @Config
  private double lowFrequencyFactor = 1;

  @Config
  private double highFrequencyFactor = 4;

  @Config
  private double betaFast = 32;

  @Config
  private double betaSlow = 1;

  @Config
  private int pretrainingLength = 8192;

  @Config
  private @Nullable Double attentionFactor;

  @Config
  private boolean truncate = true;

  @Config
  private double[] divisors = {};

  private RotaryScaling() {}

  /**
   * Frequencies without a scaling.
   *
   * @param maxWavelength the longest wavelength, {@code rope_theta} of Hugging Face, above 0
   * @return the frequencies
   */
  public static RotaryScaling of(double maxWavelength) {
    RotaryScaling r = new RotaryScaling();
    r.maxWavelength = maxWavelength;
    r.check();
    return r;
  }

  /**
   * All frequencies divided by a factor.
   *
   * @param value the factor, above 0
   * @return these frequencies
   */
  public RotaryScaling linear(double value) {
    type = "linear";
    factor = value;
    check();
    return this;
  }

  /**
   * The scaling of Llama 3.1.
   *
   * @param value what low frequencies are divided by
   * @param low how many turns within the length of pretraining a low frequency makes at most
   * @param high how many turns a high frequency makes at least; more than {@code low}
   * @param length the length of pretraining in tokens
   * @return these frequencies
   */
  public RotaryScaling llama3(double value, double low, double high, int length) {
    type = "llama3";
    factor = value;
    lowFrequencyFactor = low;
    highFrequencyFactor = high;
    pretrainingLength = length;
    check();
    return this;
  }

  /**
   * The scaling YaRN.
   *
   * @param value what low frequencies are divided by
   * @param fast how many turns within the length of pretraining a high frequency makes at least, 32 in the paper
   * @param slow how many a low one makes at most, 1 in the paper
   * @param length the length of pretraining in tokens
   * @return these frequencies
   */
  public RotaryScaling yarn(double value, double fast, double slow, int length) {
    type = "yarn";
    factor = value;
    betaFast = fast;
    betaSlow = slow;
    pretrainingLength = length;
    check();
    return this;
  }

  /**
   * Each frequency divided by a number of its own, as files of llama.cpp tell a scaling.
   *
   * @param values as many as a head has pairs, above 0
   * @return these frequencies
   */
  public RotaryScaling divided(double... values) {
    type = "divided";
    divisors = values.clone();
    check();
    return this;
  }

  /**
   * What sines and cosines are multiplied with.
   *
   * @param value null (the default) for 1, and for {@code 0.1 ln(factor) + 1} with YaRN
   * @return these frequencies
   */
  public RotaryScaling attentionFactor(@Nullable Double value) {
    attentionFactor = value;
    return this;
  }

  /** {@link #attentionFactor(Double)} of a number. */
  public RotaryScaling attentionFactor(double value) {
    return attentionFactor((Double) value);
  }

  /**
   * Whether YaRN rounds the places between which it mixes to whole pairs.
   *
   * @param value true by default
   * @return these frequencies
   */
  public RotaryScaling truncate(boolean value) {
    truncate = value;
    return this;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Configurable.super.setConfig(config);
    check();
  }

  private void check() {
    if (!TYPES.contains(type)) {
      throw new IllegalArgumentException(
          "RotaryScaling: 'type' expects one of " + TYPES + ", got '" + type + "'");
    }
    if (!(maxWavelength > 0) || !(factor > 0) || pretrainingLength <= 0) {
      throw new IllegalArgumentException(
          "RotaryScaling: expected a wavelength, a factor and a length above 0, got "
              + maxWavelength + ", " + factor + " and " + pretrainingLength);
    }
    for (double d : divisors) {
      if (!(d > 0)) {
        throw new IllegalArgumentException("RotaryScaling: expected divisors above 0, got " + d);
      }
    }
    if (type.equals("llama3") && !(highFrequencyFactor > lowFrequencyFactor)) {
      throw new IllegalArgumentException(
          "RotaryScaling: expected a high frequency factor above the low one, got "
              + highFrequencyFactor + " and " + lowFrequencyFactor);
    }
  }

  /** What sines and cosines are multiplied with. */
  double amplitude() {
    if (attentionFactor != null) {
      return attentionFactor;
    }
    return type.equals("yarn") && factor > 1 ? 0.1 * Math.log(factor) + 1 : 1;
  }

  /**
   * The frequencies of a head's pairs, in radians a token.
   *
   * @param dim the size of a head, even
   */
  float[] frequencies(int dim) {
    float[] out = new float[dim / 2];
    for (int i = 0; i < out.length; i++) {
      double plain = Math.pow(maxWavelength, -2.0 * i / dim);
      out[i] = (float) scaled(plain, i, dim);
    }
    return out;
  }

  private double scaled(double plain, int i, int dim) {
    switch (type) {
      case "linear":
        return plain / factor;
      case "llama3":
        double turns = pretrainingLength * plain / (2 * Math.PI);
        if (turns > highFrequencyFactor) {
          return plain;
        }
        if (turns < lowFrequencyFactor) {
          return plain / factor;
        }
        double smooth = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
        return (1 - smooth) * plain / factor + smooth * plain;
      case "yarn":
        double low = pairOfTurns(betaFast, dim);
        double high = pairOfTurns(betaSlow, dim);
        if (truncate) {
          low = Math.floor(low);
          high = Math.ceil(high);
        }
        low = Math.max(low, 0);
        high = Math.min(high, dim - 1);
        double ramp = Math.min(1, Math.max(0, (i - low) / (high == low ? 0.001 : high - low)));
        return plain / factor * ramp + plain * (1 - ramp);
      case "divided":
        if (divisors.length != dim / 2) {
          throw new IllegalArgumentException("RotaryScaling: expected " + dim / 2
              + " divisors for heads of " + dim + ", got " + divisors.length);
        }
        return plain / divisors[i];
      default:
        return plain;
    }
  }

  // the pair that turns so often within the length of pretraining
  private double pairOfTurns(double turns, int dim) {
    return dim
        * Math.log(pretrainingLength / (turns * 2 * Math.PI))
        / (2 * Math.log(maxWavelength));
  }
}
