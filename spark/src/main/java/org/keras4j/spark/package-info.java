/** Trainings and predictions on Apache Spark: {@link org.keras4j.spark.SparkTrainer}. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.spark;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
