import { defineConfig } from 'vite'
import { shellBuild } from '../shell-build.ts'

export default defineConfig(shellBuild('kiosk'))
