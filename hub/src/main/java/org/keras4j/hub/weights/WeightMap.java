package org.keras4j.hub.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorScope;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;
import org.keras4j.ops.Ops;

/**
 * Which array of another library's model each weight of one of ours is, said once for both directions. Weights are told by
 * their paths: the names of the layers inside of the model, then the weight's, {@code layer_0/query/kernel}. Numbers stand for
 * themselves by a name in braces, the same on both sides.
 *
 * <pre>{@code
 * WeightMap map = WeightMap.empty()
 *     .weight("token_embedding/embeddings", "embeddings.word_embeddings.weight")
 *     .linear("layer_{i}/query", "encoder.layer.{i}.attention.self.query")
 *     .norm("layer_{i}/norm", "encoder.layer.{i}.output.LayerNorm")
 *     .ignore("pooler.*");
 * map.load(model, SafeTensors.open(folder));
 * SafeTensors.write(file, map.export(model));
 * }</pre>
 *
 * <p>A map does not change: each method gives another one.
 */
public final class WeightMap {
  private record Rule(String path, PathPattern pattern, String name, WeightLayout layout) {
    static Rule of(String path, String name, WeightLayout layout) {
      return new Rule(path, PathPattern.of(path), name, layout);
    }
  }

  /** A weight and the array, or part of one, that it is. */
  record Match(String path, WeightPaths.Weight weight, String name, WeightLayout layout) {
    Variable variable() {
      return weight.variable();
    }
  }

  /**
   * How a model and a source fit.
   *
   * @param missing the paths of weights that no array is for, with the name that was looked for
   * @param leftOver the names of arrays that no weight takes and that are not to be ignored
   * @param unfit what does not fit in shape
   */
  public record Report(List<String> missing, List<String> leftOver, List<String> unfit) {
    /** Whether every weight gets its array and every array has its weight. */
    public boolean isComplete() {
      return missing.isEmpty() && leftOver.isEmpty() && unfit.isEmpty();
    }

    @Override
    public String toString() {
      return isComplete()
          ? "everything fits"
          : "weights without an array: " + UnknownNames.some(missing)
              + "; arrays that are left over: " + UnknownNames.some(leftOver)
              + "; of another shape: " + UnknownNames.some(unfit);
    }
  }

  private static final WeightMap EMPTY = new WeightMap(List.of(), List.of(), List.of());

  private final List<Rule> rules;
  private final List<String> ignored;
  private final List<Stack> stacks;

  private WeightMap(List<Rule> rules, List<String> ignored, List<Stack> stacks) {
    this.rules = rules;
    this.ignored = ignored;
    this.stacks = stacks;
  }

  /** A map without entries. */
  public static WeightMap empty() {
    return EMPTY;
  }

  private WeightMap with(Rule... more) {
    List<Rule> all = new ArrayList<>(rules);
    all.addAll(List.of(more));
    return new WeightMap(List.copyOf(all), ignored, stacks);
  }

  /**
   * With a weight that lies in its array as it is.
   *
   * @param path the weight's path
   * @param name the array's name
   * @return the map with this entry
   */
  public WeightMap weight(String path, String name) {
    return weight(path, name, WeightLayout.same());
  }

  /**
   * With a weight.
   *
   * @param path the weight's path
   * @param name the array's name
   * @param layout how the weight lies in it
   * @return the map with this entry
   */
  public WeightMap weight(String path, String name, WeightLayout layout) {
    return with(Rule.of(path, name, layout));
  }

  /**
   * With the {@code kernel} and the {@code bias} of a {@code Dense}, that are {@code weight}, transposed, and {@code bias} of
   * PyTorch's {@code Linear}. A layer without a bias needs none.
   *
   * @param path the layer's path
   * @param name the module's name
   * @return the map with these entries
   */
  public WeightMap linear(String path, String name) {
    return with(
        Rule.of(path + "/kernel", name + ".weight", WeightLayout.transposed()),
        Rule.of(path + "/bias", name + ".bias", WeightLayout.same()));
  }

  /**
   * With the {@code query}, {@code key}, {@code value} and {@code attention_output} of a {@code MultiHeadAttention}, that are
   * four of PyTorch's {@code Linear}.
   *
   * @param path the layer's path
   * @param names of the modules of query, key, value and output
   * @return the map with these entries
   * @throws IllegalArgumentException if there are not four names
   */
  public WeightMap attention(String path, String... names) {
    if (names.length != 4) {
      throw new IllegalArgumentException(
          "attention: expected the names of query, key, value and output, got " + List.of(names));
    }
    String[] ours = {"query", "key", "value"};
    WeightMap out = this;
    for (int i = 0; i < ours.length; i++) {
      out = out.weight(
              path + "/" + ours[i] + "/kernel",
              names[i] + ".weight",
              WeightLayout.transposed().split(1, 2))
          .weight(
              path + "/" + ours[i] + "/bias",
              names[i] + ".bias",
              WeightLayout.same().split(0, 2));
    }
    return out.weight(
            path + "/attention_output/kernel",
            names[3] + ".weight",
            WeightLayout.transposed().split(0, 2))
        .weight(path + "/attention_output/bias", names[3] + ".bias");
  }

  /**
   * With the {@code gamma} and {@code beta} of a {@code LayerNormalization} or {@code BatchNormalization}, that are {@code
   * weight} and {@code bias}, and the moving statistics of the latter.
   *
   * @param path the layer's path
   * @param name the module's name
   * @return the map with these entries
   */
  public WeightMap norm(String path, String name) {
    return with(
        Rule.of(path + "/gamma", name + ".weight", WeightLayout.same()),
        Rule.of(path + "/beta", name + ".bias", WeightLayout.same()),
        Rule.of(path + "/moving_mean", name + ".running_mean", WeightLayout.same()),
        Rule.of(path + "/moving_variance", name + ".running_var", WeightLayout.same()));
  }

  /**
   * With arrays that no weight is for: buffers, heads that the model does not have.
   *
   * @param names of arrays; a star stands for anything, a name in braces for a number
   * @return the map with these exceptions
   */
  public WeightMap ignore(String... names) {
    List<String> all = new ArrayList<>(ignored);
    all.addAll(List.of(names));
    return new WeightMap(rules, List.copyOf(all), stacks);
  }

  /**
   * With arrays that lie one by one in files and are one for the model, along a new first axis: the kernels of experts.
   *
   * @param parts the names of the parts, {@code mlp.experts.{e}.up_proj.weight}
   * @param whole the name of the whole, which entries tell where it belongs: {@code mlp.experts.up_proj.weight}
   * @return the map, which joins them when it loads and takes them apart when it exports; a source that has the whole may have it
   * @throws IllegalArgumentException if the parts have not one number more than the whole
   */
  public WeightMap stacked(String parts, String whole) {
    List<Stack> all = new ArrayList<>(stacks);
    all.add(Stack.of(parts, whole));
    return new WeightMap(rules, ignored, List.copyOf(all));
  }

  /**
   * The map of a model that is a part of another.
   *
   * @param path what stands before the paths of its weights, {@code backbone/}
   * @param name what stands before the names of its arrays, {@code bert.}
   * @return the map with all paths and names lengthened
   */
  public WeightMap under(String path, String name) {
    return new WeightMap(
        rules.stream().map(r -> Rule.of(path + r.path, name + r.name, r.layout)).toList(),
        ignored.stream().map(i -> name + i).toList(),
        stacks.stream()
            .map(s -> Stack.of(name + s.parts().text(), name + s.whole().text()))
            .toList());
  }

  /**
   * With the entries of another map.
   *
   * @param other the other one
   * @return the map with both
   */
  public WeightMap plus(WeightMap other) {
    WeightMap both =
        with(other.rules.toArray(new Rule[0])).ignore(other.ignored.toArray(new String[0]));
    List<Stack> all = new ArrayList<>(stacks);
    all.addAll(other.stacks);
    return new WeightMap(both.rules, both.ignored, List.copyOf(all));
  }

  /** The weights that there are entries for; others go to {@code without}. */
  List<Match> matches(Layer layer, List<String> without) {
    List<Match> out = new ArrayList<>();
    WeightPaths.of(layer).forEach((path, v) -> {
      Match found = null;
      for (Rule r : rules) {
        Map<String, String> numbers = r.pattern.match(path);
        if (numbers == null) {
          continue;
        }
        if (found != null) {
          throw new IllegalArgumentException(
              "WeightMap: two entries are for '" + path + "': " + found.name + " and " + r.name);
        }
        found = new Match(path, v, PathPattern.filled(r.name, numbers), r.layout);
      }
      if (found == null) {
        without.add(path);
      } else {
        out.add(found);
      }
    });
    return out;
  }

  /**
   * Looks how a model and a source fit, without reading arrays.
   *
   * @param layer a built layer or model
   * @param source arrays
   * @return what does not fit
   * @throws IllegalArgumentException if two entries are for one weight, or two weights have one path
   * @throws IllegalStateException if the layer is not built
   */
  public Report compare(Layer layer, WeightSource source) {
    List<String> missing = new ArrayList<>();
    List<Match> matches = matches(layer, missing);
    return compare(matches, missing, StackedSource.of(source, stacks));
  }

  private Report compare(List<Match> matches, List<String> without, WeightSource source) {
    List<String> missing = new ArrayList<>(without);
    List<String> unfit = new ArrayList<>();
    Set<String> left = new LinkedHashSet<>(source.names());
    for (Match m : matches) {
      if (!source.names().contains(m.name)) {
        missing.add(m.path + " (" + m.name + ")");
        continue;
      }
      left.remove(m.name);
      Shape s = source.shape(m.name);
      String refusal = m.layout.refusal(s, m.variable().shape());
      if (refusal != null) {
        unfit.add(m.name + " " + refusal + " for " + m.path);
      }
    }
    List<PathPattern> known = ignored.stream().map(PathPattern::of).toList();
    left.removeIf(n -> known.stream().anyMatch(p -> p.match(n) != null));
    return new Report(List.copyOf(missing), List.copyOf(left), List.copyOf(unfit));
  }

  /**
   * Gives every weight its array, converted to the weight's dtype.
   *
   * @param layer a built layer or model
   * @param source arrays
   * @throws IllegalArgumentException if a weight has no array, an array no weight, or a shape does not fit; all of them are
   *     told, and no weight is changed
   * @throws IllegalStateException if the layer is not built
   */
  public void load(Layer layer, WeightSource source) {
    load(layer, source, false);
  }

  /**
   * Gives those weights their arrays that have one: a classifier's new head, for instance, stays as it is.
   *
   * @param layer a built layer or model
   * @param source arrays
   * @return what was missing and what was left over
   * @throws IllegalArgumentException if a shape does not fit, or nothing fits at all; no weight is changed then
   * @throws IllegalStateException if the layer is not built
   */
  public Report loadMatching(Layer layer, WeightSource source) {
    return load(layer, source, true);
  }

  private Report load(Layer layer, WeightSource files, boolean partly) {
    WeightSource source = StackedSource.of(files, stacks);
    List<String> without = new ArrayList<>();
    List<Match> matches = matches(layer, without);
    Report report = compare(matches, without, source);
    List<Match> there =
        matches.stream().filter(m -> source.names().contains(m.name)).toList();
    boolean good = partly ? report.unfit.isEmpty() && !there.isEmpty() : report.isComplete();
    if (!good) {
      throw new IllegalArgumentException(layer.name() + " does not fit the weights: " + report);
    }
    for (Match m : there) {
      try (TensorScope scope = new TensorScope()) {
        m.variable()
            .assign(Ops.cast(
                m.layout.weight(
                    Ops.convertToTensor(source.read(m.name)), m.variable().shape()),
                m.variable().dtype()));
      }
    }
    for (Layer inner : layer.flattenLayers(true)) {
      inner.loadedWeights();
    }
    return report;
  }

  /**
   * A model's weights under the names and in the layouts of the other library. Each is taken from the model when it is read.
   *
   * @param layer a built layer or model
   * @return the arrays, of the weights' dtypes
   * @throws IllegalArgumentException if there is a weight without an entry, or parts of an array are missing
   * @throws IllegalStateException if the layer is not built
   */
  public WeightSource export(Layer layer) {
    List<String> without = new ArrayList<>();
    List<Match> matches = matches(layer, without);
    if (!without.isEmpty()) {
      throw new IllegalArgumentException(
          "WeightMap: there is no entry for " + UnknownNames.some(without) + " of " + layer.name());
    }
    Map<String, @Nullable Match[]> arrays = new LinkedHashMap<>();
    for (Match m : matches) {
      int[] piece = m.layout.piece();
      @Nullable
      Match[] parts = arrays.computeIfAbsent(m.name, n -> new Match[piece == null ? 1 : piece[1]]);
      int at = piece == null ? 0 : piece[0];
      if (at >= parts.length || parts[at] != null) {
        throw new IllegalArgumentException(
            "WeightMap: two weights are for " + m.name + ", " + m.path + " is one of them");
      }
      parts[at] = m;
    }
    return UnstackedSource.of(new ModelSource(layer.name(), arrays), stacks);
  }
}
