package kotlinapp

import java.nio.file.Path
import org.keras4j.core.Keras
import org.keras4j.core.Tensor
import org.keras4j.core.serialization.Config
import org.keras4j.core.serialization.KerasSerializable
import org.keras4j.core.serialization.Registry
import org.keras4j.layers.Layer
import org.keras4j.layers.core.Dense
import org.keras4j.layers.core.Input
import org.keras4j.models.Model
import org.keras4j.models.Sequential
import org.keras4j.ops.Ops
import org.keras4j.training.Fit
import org.keras4j.training.losses.MeanSquaredError

/** A layer of the application's own. */
@KerasSerializable(pkg = "kotlin")
class Scale(@Config private var factor: Double) : Layer() {
  private constructor() : this(1.0)

  override fun call(x: Tensor): Tensor = Ops.multiply(x, factor)
}

fun main(args: Array<String>) {
  Registry.register(Scale::class.java)
  val x = Array(64) { i -> floatArrayOf(i / 64f, (i % 7) / 7f, (i % 3) / 3f, 1f) }
  val y = Array(64) { i -> floatArrayOf(x[i][0] - x[i][1]) }
  // Kotlin's scope functions, and layers called as functions
  val model = Sequential(Input(4), Scale(2.0), Dense(8).activation("relu"), Dense(1)).apply { compile("adam", "mse") }
  val loss = model.fit(x, y, Fit.epochs(3).verbose(0)).let { it.last("loss") }
  val before = model.predict(x)
  val input = Input.of(4)
  val graph = Model.of(input, Dense(2).also { it.activation("relu") }(Dense(3)(input)))
  check(graph(x).shape().toString() == "(64, 2)") { "a layer called as a function gave ${graph(x).shape()}" }
  check(MeanSquaredError()(y, y).toString().isNotEmpty())
  val file = Path.of(args[0])
  model.save(file)
  check(before == Model.load(file).predict(x)) { "the loaded model predicts something else" }
  check(loss < 10)
  println("served on ${Keras.backend().name()}")
}
