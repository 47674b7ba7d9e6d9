// Every view is a link: the routes, what each keeps in its address, and the page it loads when first needed.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  retainSearchParams,
} from '@tanstack/react-router'
import { onSignInNeeded } from './api/client.ts'
import { type FrameSearch, readFrameSearch } from './frame/environment.ts'
import { NotFound, RouteTrouble } from './frame/route-trouble.tsx'
import { Shell } from './frame/shell.tsx'
import { SignInPage } from './frame/sign-in-page.tsx'
import { readRunSearch } from './run/search.ts'
import { readRunsSearch } from './runs/search.ts'
import { Notices } from './ui/notices.tsx'
import { TipProvider } from './ui/tip.tsx'

function Root() {
  return (
    <TipProvider delayDuration={350} skipDelayDuration={200}>
      <Outlet />
      <Notices />
    </TipProvider>
  )
}

const root = createRootRoute({
  component: Root,
  validateSearch: readFrameSearch,
  search: { middlewares: [retainSearchParams<FrameSearch>(['env'])] },
  notFoundComponent: NotFound,
  errorComponent: RouteTrouble,
})

const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Shell })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } =>
    // Only paths of this server: `//elsewhere` would leave it.
    typeof next === 'string' && /^\/(?!\/)/.test(next) ? { next } : {},
  component: function SignIn() {
    const { next } = signIn.useSearch()
    return <SignInPage next={next ?? '/'} />
  },
})

const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  component: lazyRouteComponent(() => import('./home/home-page.tsx'), 'HomePage'),
})

const playbooks = createRoute({
  getParentRoute: () => frame,
  path: '/playbooks',
  component: lazyRouteComponent(() => import('./playbooks/playbooks-page.tsx'), 'PlaybooksPage'),
})

const playbookNew = createRoute({
  getParentRoute: () => frame,
  path: '/playbooks/new',
  validateSearch: ({ template }: Record<string, unknown>): { template?: string } =>
    typeof template === 'string' ? { template } : {},
  component: lazyRouteComponent(() => import('./playbooks/new-playbook-page.tsx'), 'NewPlaybookPage'),
})

export const playbookTabs = ['editor', 'runs', 'versions'] as const
export type PlaybookTab = (typeof playbookTabs)[number]

const playbook = createRoute({
  getParentRoute: () => frame,
  path: '/playbooks/$name',
  validateSearch: (search: Record<string, unknown>): { tab?: PlaybookTab; version?: number; run?: boolean } => {
    const tab = playbookTabs.find((candidate) => candidate === search['tab'])
    const version = search['version']
    return {
      ...(tab === undefined || tab === 'editor' ? {} : { tab }),
      ...(typeof version === 'number' && Number.isInteger(version) && version > 0 ? { version } : {}),
      ...(search['run'] === true ? { run: true } : {}),
    }
  },
  component: lazyRouteComponent(() => import('./playbooks/playbook-page.tsx'), 'PlaybookPage'),
})

const runs = createRoute({
  getParentRoute: () => frame,
  path: '/runs',
  validateSearch: readRunsSearch,
  component: lazyRouteComponent(() => import('./runs/runs-page.tsx'), 'RunsPage'),
})

const run = createRoute({
  getParentRoute: () => frame,
  path: '/runs/$id',
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import('./run/run-page.tsx'), 'RunPage'),
})

const datasets = createRoute({
  getParentRoute: () => frame,
  path: '/datasets',
  component: lazyRouteComponent(() => import('./datasets/datasets-page.tsx'), 'DatasetsPage'),
})

const sql = createRoute({
  getParentRoute: () => frame,
  path: '/sql',
  component: lazyRouteComponent(() => import('./sql/sql-page.tsx'), 'SqlPage'),
})

const plugins = createRoute({
  getParentRoute: () => frame,
  path: '/plugins',
  component: lazyRouteComponent(() => import('./plugins/plugins-page.tsx'), 'PluginsPage'),
})

const plugin = createRoute({
  getParentRoute: () => frame,
  path: '/plugins/$name',
  component: lazyRouteComponent(() => import('./plugins/plugins-page.tsx'), 'PluginsPage'),
})

const gallery = createRoute({
  getParentRoute: () => root,
  path: '/_ui',
  component: lazyRouteComponent(() => import('./gallery/gallery-page.tsx'), 'GalleryPage'),
})

const nowhere = createRoute({ getParentRoute: () => frame, path: '$', component: NotFound })

export const router = createRouter({
  routeTree: root.addChildren([
    frame.addChildren([home, playbooks, playbookNew, playbook, runs, run, datasets, sql, plugins, plugin, nowhere]),
    signIn,
    gallery,
  ]),
  defaultErrorComponent: RouteTrouble,
  defaultNotFoundComponent: NotFound,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: false,
})

onSignInNeeded(() => {
  const { pathname, href } = router.state.location
  if (pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { next: href } })
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
