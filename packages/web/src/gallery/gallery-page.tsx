// Every component in every state, in both themes side by side: what a browser test photographs, and where one looks first.

import { Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button, type ButtonKind, IconButton } from '../ui/button.tsx'
import { Chip } from '../ui/chip.tsx'
import { Ago, Duration } from '../ui/clock.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { DataGrid } from '../ui/data-grid.tsx'
import { Dialog, Sheet } from '../ui/dialog.tsx'
import { Empty } from '../ui/empty.tsx'
import { Choice, Field, SearchField, TextArea, TextInput } from '../ui/field.tsx'
import { JsonTree } from '../ui/json-tree.tsx'
import { Keys } from '../ui/keys.tsx'
import { Mark } from '../ui/mark.tsx'
import { Markdown } from '../ui/markdown.tsx'
import { Menu } from '../ui/menu.tsx'
import { notify } from '../ui/notices.tsx'
import { Problem } from '../ui/problem.tsx'
import { Progress } from '../ui/progress.tsx'
import { Segments } from '../ui/segments.tsx'
import { Skeleton, SkeletonRows } from '../ui/skeleton.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { StateBadge, states } from '../ui/state-mark.tsx'
import { TabView } from '../ui/tabs.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { OneTheme } from './one-theme.tsx'

export function GalleryPage() {
  return (
    <main id="main" className="h-full overflow-y-auto">
      <h1 className="sr-only">Components</h1>
      <div className="grid lg:grid-cols-2">
        <OneTheme theme="light">
          <Everything />
        </OneTheme>
        <OneTheme theme="dark">
          <Everything />
        </OneTheme>
      </div>
    </main>
  )
}

function Everything() {
  return (
    <div className="flex flex-col gap-6 p-6">
      <Words />
      <Acts />
      <States />
      <Fields />
      <Views />
      <Messages />
      <Data />
    </div>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3">
      <h2 className="border-b border-line pb-1 text-xs font-semibold tracking-wide text-ink-2 uppercase">{title}</h2>
      {children}
    </section>
  )
}

function Row({ children }: { readonly children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3">{children}</div>
}

function Words() {
  return (
    <Part title="Mark and type">
      <Row>
        <Mark size={40} />
        <Mark size={28} turning />
        <Mark size={18} />
        <span className="text-2xl font-semibold tracking-tight">Millrace</span>
      </Row>
      <p className="text-xl">Twenty: a title line</p>
      <p className="text-lg">Sixteen: a part of a page</p>
      <p className="text-base">Fourteen: prose that is read from beginning to end.</p>
      <p className="text-sm">Thirteen: rows, fields and buttons.</p>
      <p className="text-xs text-ink-2">
        Twelve: what stands beside. <span className="numeric font-mono">1,707 rows</span> <Keys keys="Mod K" />{' '}
        <Keys keys="g r" />
      </p>
    </Part>
  )
}

const kinds: readonly ButtonKind[] = ['main', 'plain', 'quiet', 'danger']

function Acts() {
  const [on, setOn] = useState(true)
  const [open, setOpen] = useState<'dialog' | 'sheet'>()
  return (
    <Part title="Acts">
      {kinds.map((kind) => (
        <Row key={kind}>
          <Button kind={kind}>{kind}</Button>
          <Button kind={kind} small>
            small
          </Button>
          <Button kind={kind} busy>
            busy
          </Button>
          <Button kind={kind} disabled>
            disabled
          </Button>
          <IconButton kind={kind} label={`Remove, ${kind}`}>
            <Trash2 size={15} />
          </IconButton>
        </Row>
      ))}
      <Row>
        <Chip on={on} onChange={setOn} count={12_345}>
          Chip
        </Chip>
        <Chip on={false} onChange={() => setOn(false)}>
          Off
        </Chip>
        <Toggle label="Follow" on={on} onChange={setOn} />
        <Segments
          label="Shape"
          value={on ? 'tree' : 'table'}
          onChange={(value) => setOn(value === 'tree')}
          options={[
            { value: 'tree', label: 'Tree' },
            { value: 'table', label: 'Table' },
          ]}
        />
        <Menu
          label="Things"
          trigger={<Button>Menu</Button>}
          items={[
            { label: 'Chosen', chosen: true, act: () => {} },
            { label: 'Not possible', disabled: true, act: () => {} },
          ]}
        />
        <Button onClick={() => setOpen('dialog')}>Dialog</Button>
        <Button onClick={() => setOpen('sheet')}>Sheet</Button>
        <Button onClick={() => notify({ tone: 'good', text: 'Published quakes as version 3.' })}>Notice</Button>
      </Row>
      <Dialog
        open={open === 'dialog'}
        onOpenChange={() => setOpen(undefined)}
        title="A dialog"
        description="It says what it is for."
        footer={<Button kind="main">Main</Button>}
      >
        Content.
      </Dialog>
      <Sheet open={open === 'sheet'} onOpenChange={() => setOpen(undefined)} title="A sheet">
        Content.
      </Sheet>
    </Part>
  )
}

function States() {
  const [now] = useState(() => Date.now())
  return (
    <Part title="States">
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
        {states.map((state) => (
          <StateBadge key={state} state={state} />
        ))}
      </div>
      <StateBadge state="running" strong />
      <Progress label="Items, some failed" total={100} completed={55} failed={5} running={12} />
      <Row>
        <Duration from={now - 65_000} to={null} />
        <Duration from={0} to={840} />
        <Duration from={null} to={null} />
        <span className="text-xs text-ink-2">
          <Ago at={now - 7_200_000} />
        </span>
      </Row>
      <Sparkline
        label="Runs over the last hour"
        bars={Array.from({ length: 48 }, (_, index) => ({
          total: (index * 7) % 13,
          failed: index % 9 === 0 ? 2 : 0,
          title: `part ${index}`,
        }))}
      />
    </Part>
  )
}

function Fields() {
  const [text, setText] = useState('quakes')
  return (
    <Part title="Fields">
      <Field label="Feed" hint="Address of a GeoJSON feed" required>
        {(wiring) => <TextInput {...wiring} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <Field label="Magnitude" complaint="Found “strong”; expected a number.">
        {(wiring) => <TextInput {...wiring} defaultValue="strong" />}
      </Field>
      <Field label="Mode">
        {(wiring) => (
          <Choice
            {...wiring}
            options={[
              { value: 'full', label: 'full' },
              { value: 'delta', label: 'delta' },
            ]}
          />
        )}
      </Field>
      <Field label="Filter">{(wiring) => <TextArea {...wiring} defaultValue={'{ "mag": 2.5 }'} />}</Field>
      <SearchField label="Search" value={text} onChange={setText} />
    </Part>
  )
}

function Views() {
  const [tab, setTab] = useState<'one' | 'two'>('one')
  return (
    <Part title="Views">
      <TabView
        label="Example tabs"
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'one', label: 'Editor', content: <p className="p-3">The first.</p> },
          {
            value: 'two',
            label: 'Runs',
            aside: <span className="font-mono text-xs text-ink-3">12</span>,
            content: <p className="p-3">The second.</p>,
          },
        ]}
      />
      <Skeleton className="h-4 w-48" />
      <SkeletonRows rows={2} label="Loading" />
    </Part>
  )
}

function Messages() {
  return (
    <Part title="Messages">
      <Problem
        code="playbook.unknown_plugin"
        message="There is no plugin named `htpp`. Did you mean `http`?"
        todo="Use one of the plugins listed."
      />
      <Empty
        title="Nothing has run yet"
        sentence="A run is one execution of a playbook."
        action={<Button>Choose a playbook</Button>}
        command="millrace run examples/quakes.yaml"
      />
      <CodeBlock text={'id: get\nplugin: http\nwith: { url: "{{ inputs.feed }}" }'} label="example step" />
      <Markdown text={'Calls an **address** and answers what came back, as `output.body`.\n\n- bounded\n- retried'} />
    </Part>
  )
}

const value = {
  status: 200,
  ok: true,
  body: [
    { place: 'Hilo', mag: 4.6 },
    { place: null, mag: 2.5 },
  ],
  note: '',
}

function Data() {
  return (
    <Part title="Data">
      <JsonTree label="Example value" value={value} />
      <div className="h-44 border border-line">
        <DataGrid
          label="Example grid"
          columns={[
            { name: 'place', type: 'String' },
            { name: 'mag', type: 'Float64' },
            { name: 'seen', type: 'Nullable(Bool)' },
          ]}
          rows={Array.from({ length: 500 }, (_, index) => [
            `${index} km of Hilo`,
            2.5 + (index % 40) / 10,
            index % 7 === 0 ? null : true,
          ])}
        />
      </div>
    </Part>
  )
}
