package org.keras4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.regularizers.Regularizer;

/** What the last call of a layer adds to what training minimizes. */
final class LayerLosses {
  private final Layer layer;
  private final List<Tensor> own = new ArrayList<>();

  LayerLosses(Layer layer) {
    this.layer = layer;
  }

  void add(Tensor loss) {
    synchronized (own) {
      own.add(loss);
    }
  }

  /** Adds the penalty of each tensor of an output, if there is an activity regularizer. */
  void addActivity(Object outputs) {
    Regularizer r = layer.activityRegularizer();
    if (r != null && layer.regularizesOutputs()) {
      for (Tensor t : Nest.tensors(outputs)) {
        add(ActivityLoss.of(r, t));
      }
    }
  }

  /** Those of the layer and of all inside it, and the penalties of the weights. */
  List<Tensor> all() {
    List<Tensor> out = new ArrayList<>();
    for (Layer l : layer.flattenLayers(true)) {
      synchronized (l.losses.own) {
        out.addAll(l.losses.own);
      }
    }
    for (Variable v : layer.trainableWeights()) {
      if (v.regularizer() instanceof Regularizer r) {
        out.add(r.call(v.value()));
      }
    }
    return out;
  }

  int count() {
    synchronized (own) {
      return own.size();
    }
  }

  /** Removes and returns the losses from one on. */
  List<Tensor> take(int from) {
    synchronized (own) {
      List<Tensor> rest = own.subList(from, own.size());
      List<Tensor> out = List.copyOf(rest);
      rest.clear();
      return out;
    }
  }

  /** Forgets those of the layer and of the layers inside. */
  void clear() {
    synchronized (own) {
      own.clear();
    }
    layer.layers().forEach(l -> l.losses.clear());
  }
}
