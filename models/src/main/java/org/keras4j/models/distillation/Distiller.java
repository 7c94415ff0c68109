package org.keras4j.models.distillation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.training.metrics.Mean;

/**
 * Trains a small model, the student, on targets and on what a large trained one, the teacher, says ({@code
 * keras.distillation.Distiller}). The teacher is frozen. With {@code w} the {@link #studentLossWeight},
 *
 * <pre>{@code
 * loss = w * (loss of compile) + (1 - w) * (weighted sum of the distillation losses)
 * }</pre>
 *
 * <p>and what the student's layers add, such as regularizers. All three are logged besides: {@code student_loss}, {@code
 * distillation_loss} and {@code total_loss}. Calls and predictions are the student's, which {@link #student} gives once it
 * is trained.
 *
 * <pre>{@code
 * Distiller distiller = new Distiller(teacher, student, new LogitsDistillation().temperature(4)).studentLossWeight(0.3);
 * distiller.compile("adam", new SparseCategoricalCrossentropy().fromLogits(true), "accuracy");
 * distiller.fit(x, y, Fit.epochs(5));
 * distiller.student().save(Path.of("student.keras"));
 * }</pre>
 */
@KerasSerializable(module = "keras.distillation")
public final class Distiller extends Model {
  private @Nullable Model teacher;
  private @Nullable Model student;
  private List<DistillationLoss> distillationLosses = List.of();
  private double[] distillationLossWeights = {};
  private double studentLossWeight = 0.5;
  private @Nullable Graphs graphs;

  private final Mean studentLoss = trackMetric(new Mean("student_loss"));
  private final Mean distillationLoss = trackMetric(new Mean("distillation_loss"));
  private final Mean totalLoss = trackMetric(new Mean("total_loss"));

  // not to be found as layers of this model: they have no weights of their own
  private record Graphs(Taps teacher, Taps student) {}

  private Distiller() {
    convertInputs(false);
    autocast(false);
    supportsMasking(true);
    rename("distiller");
  }

  /**
   * Of two models that take the same inputs and give outputs of the same shapes.
   *
   * @param teacher a trained model, which is frozen by this
   * @param student the model to be trained
   * @param losses what is to be alike, each with a weight of 1
   * @throws IllegalArgumentException if the models do not go together, or a loss does not fit them, or there is none
   */
  public Distiller(Model teacher, Model student, DistillationLoss... losses) {
    this();
    init(teacher, student, List.of(losses));
  }

  private void init(Model large, Model small, List<DistillationLoss> losses) {
    if (losses.isEmpty()) {
      throw new IllegalArgumentException(
          label() + ": expects a distillation loss, a LogitsDistillation for instance");
    }
    requireAlike(large, small);
    Set<String> inTeacher = new LinkedHashSet<>();
    Set<String> inStudent = new LinkedHashSet<>();
    for (DistillationLoss l : losses) {
      l.validateModelCompatibility(large, small);
      if (l.teacherLayerName() != null) {
        inTeacher.add(l.teacherLayerName());
      }
      if (l.studentLayerName() != null) {
        inStudent.add(l.studentLayerName());
      }
      l.markUsed();
    }
    graphs = new Graphs(new Taps(large, inTeacher), new Taps(small, inStudent));
    large.trainable(false);
    teacher = large;
    student = small;
    distillationLosses = List.copyOf(losses);
    distillationLossWeights = new double[losses.size()];
    Arrays.fill(distillationLossWeights, 1.0);
  }

  private void requireAlike(Model large, Model small) {
    Taps.Ends a = Taps.endsOf(large);
    Taps.Ends b = Taps.endsOf(small);
    if (a == null || b == null) {
      return; // found out when they run
    }
    requireAlike("input", a, b, Taps.Ends::inputs);
    requireAlike("output", a, b, Taps.Ends::outputs);
  }

  private void requireAlike(
      String what, Taps.Ends a, Taps.Ends b, Function<Taps.Ends, Object> end) {
    Object large = end.apply(a);
    Object small = end.apply(b);
    boolean alike = Nest.sameStructure(large, small);
    List<Tensor> of = Nest.tensors(small);
    int i = 0;
    for (Tensor t : alike ? Nest.tensors(large) : List.<Tensor>of()) {
      Tensor s = of.get(i++);
      alike &= fits(t.shape(), s.shape()) && t.dtype() == s.dtype();
    }
    if (!alike) {
      throw new IllegalArgumentException(label() + ": teacher and student need " + what
          + "s of the same form, shapes and dtypes, got " + specs(large) + " and " + specs(small));
    }
  }

  private static boolean fits(Shape a, Shape b) {
    boolean fits = a.rank() == b.rank();
    for (int i = 0; fits && i < a.rank(); i++) {
      fits = a.dim(i) == b.dim(i) || a.dim(i) == Shape.UNKNOWN || b.dim(i) == Shape.UNKNOWN;
    }
    return fits;
  }

  private static @Nullable Object specs(Object end) {
    return Nest.map(end, t -> ((KerasTensor) Objects.requireNonNull(t)).spec());
  }

  /**
   * How much the loss of {@code compile} counts against the distillation losses.
   *
   * @param value from 0 for these alone to 1; 0.5 by default
   * @return this model
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public Distiller studentLossWeight(double value) {
    mutable("studentLossWeight");
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          label() + ": 'studentLossWeight' expects a number from 0 to 1, got " + value);
    }
    studentLossWeight = value;
    return this;
  }

  /**
   * How much each distillation loss counts.
   *
   * @param values one a loss; 1 each by default
   * @return this model
   * @throws IllegalArgumentException if there are not as many as losses
   */
  public Distiller distillationLossWeights(double... values) {
    mutable("distillationLossWeights");
    if (values.length != distillationLosses.size()) {
      throw new IllegalArgumentException(label() + ": 'distillationLossWeights' expects "
          + distillationLosses.size() + " numbers, one a loss, got " + values.length);
    }
    distillationLossWeights = values.clone();
    return this;
  }

  /** The large model. */
  public Model teacher() {
    return Objects.requireNonNull(teacher, "a distiller that is not read yet");
  }

  /** The model that is trained, to be used alone afterwards. */
  public Model student() {
    return Objects.requireNonNull(student, "a distiller that is not read yet");
  }

  /** The distillation losses in order. */
  public List<DistillationLoss> distillationLosses() {
    return distillationLosses;
  }

  @Override
  public List<String> outputNames() {
    return student == null ? List.of() : student.outputNames();
  }

  @Override
  public List<String> inputNames() {
    return student == null ? List.of() : student.inputNames();
  }

  @Override
  public @Nullable Object inputSpecs() {
    return student == null ? null : student.inputSpecs();
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    return student().invoke(List.of(given(inputs)), new LinkedHashMap<>(context.arguments()));
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    return null; // the student's layers have set the masks of the outputs
  }

  @Override
  protected Tensor computeLoss(
      Object x, @Nullable Object y, Object yPred, @Nullable Object sampleWeight, boolean training) {
    Tensor ofTargets = Ops.convertToTensor(0f);
    if (studentLossWeight > 0 && y != null) {
      Tensor compiled = compiledLoss(y, yPred, sampleWeight);
      if (compiled == null) {
        throw new IllegalArgumentException(label() + ": was compiled without a loss of the student;"
            + " pass one, or set studentLossWeight(0)");
      }
      ofTargets = compiled;
    }
    Tensor total = Ops.multiply(ofTargets, studentLossWeight);
    for (Tensor added : losses()) {
      total = Ops.add(total, Ops.cast(Ops.sum(added), total.dtype()));
    }
    Tensor ofTeacher = Ops.convertToTensor(0f);
    if (studentLossWeight < 1) {
      ofTeacher = distillation(x, yPred, training);
      total = Ops.add(total, Ops.multiply(ofTeacher, 1 - studentLossWeight));
    }
    studentLoss.updateState(ofTargets, null);
    distillationLoss.updateState(ofTeacher, null);
    totalLoss.updateState(total, null);
    return total;
  }

  private Tensor distillation(Object x, Object yPred, boolean training) {
    Graphs g = Objects.requireNonNull(graphs);
    Map<?, ?> large = g.teacher.run(x, false);
    Map<?, ?> small = g.student.looksInside() ? g.student.run(x, training) : Map.of();
    Tensor sum = null;
    for (int i = 0; i < distillationLosses.size(); i++) {
      DistillationLoss l = distillationLosses.get(i);
      Object t = Taps.of(large, l.teacherLayerName());
      Object s = l.studentLayerName() == null ? yPred : Taps.of(small, l.studentLayerName());
      l.validateOutputs(t, s);
      Tensor value = l.computeLoss(t, s);
      if (value.rank() > 0) {
        throw new IllegalArgumentException(label() + ": distillation loss " + l.label()
            + " expects to give a scalar, gave one of shape " + value.shape());
      }
      value = Ops.multiply(value, distillationLossWeights[i]);
      sum = sum == null ? value : Ops.add(sum, value);
    }
    return Objects.requireNonNull(sum);
  }

  // ---- config

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("teacher", teacher);
    out.put("student", student);
    out.put("distillation_losses", distillationLosses);
    out.put("distillation_loss_weights", distillationLossWeights.clone());
    out.put("student_loss_weight", studentLossWeight);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Object large = rest.remove("teacher");
    Object small = rest.remove("student");
    Object losses = rest.remove("distillation_losses");
    Object weights = rest.remove("distillation_loss_weights");
    Object weight = rest.remove("student_loss_weight");
    super.setConfig(rest); // before the models are there: each has a 'trainable' of its own
    if (!(large instanceof Model t) || !(small instanceof Model s)) {
      throw new IllegalArgumentException(label()
          + ": config expects models as 'teacher' and 'student', got " + large + " and " + small);
    }
    List<?> all = losses instanceof List<?> l ? l : Arrays.asList(losses);
    if (!all.stream().allMatch(DistillationLoss.class::isInstance)) {
      throw new IllegalArgumentException(
          label() + ": config expects distillation losses, got " + losses);
    }
    init(t, s, all.stream().map(DistillationLoss.class::cast).toList());
    if (weights instanceof List<?> w) {
      distillationLossWeights(
          w.stream().mapToDouble(n -> ((Number) n).doubleValue()).toArray());
    }
    if (weight instanceof Number n) {
      studentLossWeight(n.doubleValue());
    }
  }
}
