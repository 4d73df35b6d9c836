import type { Dataset } from '../../core/dataset.ts';
import { hasKernels } from '../../numerics/kernels/arena.ts';
import { PackedColumns } from '../../numerics/kernels/packed-columns.ts';
import { ByteTable } from './byte-table.ts';
import type { TreeData } from './data.ts';
import { Binned, HistogramTable } from './histogram-table.ts';
import { PackedTable, PlainTable, type TableMaker } from './table.ts';

/**
 * Tables of the exact best splits: of bytes where the inputs are bytes, in WebAssembly where there is a single number to explain, no category to split,
 * and no weights.
 */
export function bestSplits(data: TreeData, minLeaf: number): TableMaker {
  const { bytes } = data;
  if (bytes) return (times) => new ByteTable(data, bytes, minLeaf, times);
  const isPlain =
    data.targets.length === 1 && data.constant.length === 0 && data.levels.every((levels) => levels === 0);
  const isNumber = isPlain && data.rows > 1 && !data.rowWeights;
  if (!isNumber || !hasKernels()) return (times) => new PlainTable(data, minLeaf, times);
  const { rows, inputs, columns, order, targets } = data;
  const packed = new PackedColumns({ rows, inputs, columns, order, target: targets[0] });
  return (times) => {
    packed.begin(times);
    return new PackedTable(packed, data, minLeaf);
  };
}

/**
 * Tables of splits between at most `bins` bins of each column; the data are prepared as `binned` from the finite rows. A faint pixel is little more than
 * chance, so that those of images have bins of equal width: of equally many rows most would tell faint light from none.
 */
export function binnedSplits(data: TreeData, finite: Dataset, bins: number, minLeaf: number): TableMaker {
  const pixels = new Set(finite.space.groups.flatMap(({ image, columns }) => (image ? columns : [])));
  const binned = new Binned(finite.points, data.levels, bins, (column) => pixels.has(column));
  return (times) =>
    new HistogramTable(
      data,
      binned,
      data.gains.map((make) => make()),
      minLeaf,
      times,
    );
}
