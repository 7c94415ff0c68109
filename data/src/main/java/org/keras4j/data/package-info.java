/** Tables as data of a training: CSV, JSON lines, Parquet, Arrow, JDBC, TFRecord, data frames, streams of objects. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.data;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
