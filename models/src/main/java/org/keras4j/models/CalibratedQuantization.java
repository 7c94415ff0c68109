package org.keras4j.models;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.quantization.Calibratable;
import org.keras4j.layers.quantization.CalibratedConfig;

/** Quantizes the layers of a model block by block, each by what its inputs are once those before it are quantized. */
final class CalibratedQuantization {
  private static final Log LOG = Log.of(Model.class);
  private static final int BATCH = 32;

  private final Model model;
  private final CalibratedConfig<?> config;
  private final Predicate<Layer> filter;

  CalibratedQuantization(Model model, CalibratedConfig<?> config, Predicate<Layer> filter) {
    this.model = model;
    this.config = config;
    this.filter = filter;
  }

  void run() {
    if (config.dataset() == null) {
      throw new IllegalArgumentException(
          model + ": quantize: a config for " + config.mode() + " needs data, and has none");
    }
    config.use();
    List<Object> batches = batches(config.dataset());
    List<? extends Layer> blocks = config.blocks() == null ? model.layers() : config.blocks();
    Set<Layer> all = new LinkedHashSet<>(model.flattenLayers(false));
    for (Layer block : blocks) {
      if (!all.contains(block)) {
        throw new IllegalArgumentException(
            model + ": quantize: block '" + block.name() + "' is not among its layers");
      }
      List<Layer> begun = begin(block);
      try {
        if (!begun.isEmpty()) {
          batches.forEach(this::show);
          begun.forEach(l -> ((Calibratable) l).quantize(config));
        }
      } finally {
        for (Layer l : begun) {
          if (l.quantizationMode() == null) { // something failed
            ((Calibratable) l).calibrate(null);
          }
        }
      }
    }
  }

  private List<Layer> begin(Layer block) {
    List<Layer> out = new ArrayList<>();
    for (Layer l : block.flattenLayers(true)) {
      if (l instanceof Calibratable c && l.quantizationMode() == null && filter.test(l)) {
        try {
          c.calibrate(config);
          out.add(l);
        } catch (UnsupportedOperationException e) {
          LOG.warn(String.valueOf(e.getMessage()));
        }
      }
    }
    return out;
  }

  private void show(Object batch) {
    try (TensorScope scope = new TensorScope()) {
      model.invokeNested(batch, CallArgs.training(false));
    }
  }

  // the first samples, in batches nested as the data is
  private List<Object> batches(Object data) {
    Object arrays = Nest.map(data, CalibratedQuantization::array);
    long samples = Nest.flatten(arrays).stream()
        .mapToLong(a -> ((NDArray) Objects.requireNonNull(a)).shape().dim(0))
        .min()
        .orElse(0);
    int n = (int) Math.min(samples, config.numSamples());
    if (n == 0) {
      throw new IllegalArgumentException(
          model + ": quantize: the data for " + config.mode() + " has no samples");
    }
    List<Object> out = new ArrayList<>();
    for (int from = 0; from < n; from += BATCH) {
      int start = from;
      int end = Math.min(from + BATCH, n);
      out.add(Objects.requireNonNull(
          Nest.map(arrays, a -> ((NDArray) Objects.requireNonNull(a)).slice(start, end))));
    }
    return out;
  }

  private static NDArray array(Object leaf) {
    return leaf instanceof NDArray a
        ? a
        : leaf instanceof Tensor t ? t.toNDArray() : NDArray.from(leaf);
  }
}
